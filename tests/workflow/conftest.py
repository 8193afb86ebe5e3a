"""Fixtures of several modules; one that lives for the whole session must be the same for all."""

from dbos_schema import engine_database, with_dbos

__all__ = ["engine_database", "with_dbos"]
