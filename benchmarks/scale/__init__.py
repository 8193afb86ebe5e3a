"""What many runs, many watchers and a long queue cost, on processes and a Postgres server of their own."""
