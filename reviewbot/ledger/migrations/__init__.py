"""How the tables came to be, in steps that Alembic runs when the ledger is opened."""
