"""Where Alembic begins: it migrates over the connection, and within the transaction, that the store hands in."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
