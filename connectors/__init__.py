"""Connectors: how systems are read and written. Entry points name them; nothing imports them."""
