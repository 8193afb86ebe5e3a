"""Applications, runs and their events in Postgres, every transaction as the end user."""
