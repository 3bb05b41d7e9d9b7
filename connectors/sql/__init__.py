"""Databases as systems."""

from connectors.sql.system import open_system

__all__ = ["open_system"]
