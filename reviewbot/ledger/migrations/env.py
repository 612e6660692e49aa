"""Alembic's entry: it runs inside of the transaction that `engine.open_engine` has begun."""

from alembic import context

from reviewbot.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
