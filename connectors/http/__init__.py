"""Systems that speak HTTP and JSON, described by a connector file."""
