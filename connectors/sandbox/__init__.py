"""Sandbox systems: a sample MIS and a provider's stand-in, with invented people only."""
