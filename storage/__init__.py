"""Remembers: tables, queries, transactions, migrations. The only room that knows SQL. Decides nothing."""
