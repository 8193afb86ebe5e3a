"""Looks for a text in every table of a schema."""

import psycopg
from psycopg import sql


def tables_that_say(dsn: str, schema: str, text: str) -> list[str]:
    """Returns the schema's tables that hold the text in any column, as often as they have such rows."""
    with psycopg.connect(dsn) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables"
            " where table_schema = %s and table_type = 'BASE TABLE'",
            [schema],
        ).fetchall()
        assert len(tables) > 8, tables
        found = []
        for (table,) in tables:
            query = sql.SQL("select count(*) from {} t where strpos(lower(t::text), lower(%s)) > 0")
            count = connection.execute(query.format(sql.Identifier(schema, table)), [text]).fetchone()
            assert count
            found += [table] * count[0]
        return found
