"""Names of skills and what counts as the same; see ``SOURCES.md`` for where they come from."""
