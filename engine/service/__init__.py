"""The use cases, one module each: what every face of tieline calls."""
