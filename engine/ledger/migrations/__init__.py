"""The store's versions, for Alembic."""
