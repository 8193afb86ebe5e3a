"""Requests in PostgREST's terms, as the SQL that it sends."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

_COLUMNS = """
select c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
from pg_attribute a join pg_class c on c.oid = a.attrelid
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') and a.attnum > 0
  and not a.attisdropped order by c.relname, a.attnum
"""
_FOREIGN_KEYS = """
select k.conname, child.relname, parent.relname,
  array(select attname::text from unnest(k.conkey) with ordinality as u (number, place)
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number order by place),
  array(select attname::text from unnest(k.confkey) with ordinality as u (number, place)
    join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.number order by place),
  exists (select from pg_constraint u where u.conrelid = k.conrelid and u.contype in ('p', 'u')
    and u.conkey @> k.conkey and u.conkey <@ k.conkey)
from pg_constraint k join pg_class child on child.oid = k.conrelid
join pg_class parent on parent.oid = k.confrelid
where k.contype = 'f' and child.relnamespace = 'public'::regnamespace
  and parent.relnamespace = 'public'::regnamespace
"""
_OPERATORS = {"eq": "=", "neq": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_RESERVED = ("select", "order", "limit", "offset", "columns")
_EMBEDDED = re.compile(r"(?P<table>\w+)(?:!(?P<hint>\w+))?\((?P<columns>[^)]*)\)")


class Refusal(Exception):
    """PostgREST itself says no, before there is any SQL."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, "details": None, "hint": None}


@dataclass(frozen=True)
class ForeignKey:
    """From a child's columns to its parent's; ``unique`` if a parent has at most one such child."""

    name: str
    child: str
    parent: str
    child_columns: list[str]
    parent_columns: list[str]
    unique: bool


@dataclass(frozen=True)
class SchemaCache:
    """What PostgREST knows of the schema: the type of each column, and how tables relate."""

    columns: dict[str, dict[str, str]]
    foreign_keys: list[ForeignKey]

    @classmethod
    def read(cls, connection: psycopg.Connection) -> "SchemaCache":
        columns: dict[str, dict[str, str]] = {}
        for table, column, type_name in connection.execute(_COLUMNS):
            columns.setdefault(table, {})[column] = type_name
        return cls(columns, [ForeignKey(*row) for row in connection.execute(_FOREIGN_KEYS)])

    def of(self, table: str) -> dict[str, str]:
        if table not in self.columns:
            raise Refusal(404, "PGRST205", f"Could not find the table 'public.{table}' in the schema cache")
        return self.columns[table]

    def between(self, table: str, other: str, hint: str | None) -> ForeignKey:
        """Returns the one foreign key that relates two tables, either way."""
        found = [
            key
            for key in self.foreign_keys
            if {key.child, key.parent} == {table, other} and hint in (None, key.name)
        ]
        if not found:
            raise Refusal(400, "PGRST200", f"Could not find a relationship between '{table}' and '{other}'")
        if len(found) > 1:
            raise Refusal(300, "PGRST201", f"More than one relationship between '{table}' and '{other}'")
        return found[0]


@dataclass(frozen=True)
class Query:
    """SQL that returns rows, and its parameters."""

    text: sql.Composable
    values: list[object]


def count_and_body(query: Query, *, returns: bool) -> sql.Composed:
    """Wraps a query as PostgREST does: one row, with the number of rows and their JSON."""
    body = "coalesce(json_agg(_postgrest_t), '[]')" if returns else "null::json"
    return sql.SQL(
        "with pgrst_source as ({source}) select pg_catalog.count(_postgrest_t) as page_total, {body} as body"
        " from (select * from pgrst_source) _postgrest_t"
    ).format(source=query.text, body=sql.SQL(body))


def reading(schema: SchemaCache, table: str, query: Mapping[str, str], _: Any) -> Query:
    """GET."""
    schema.of(table)
    columns, joins = _selected(schema, table, query.get("select", "*"))
    where, values = _filters(schema, table, query)
    tail: sql.Composable = sql.SQL("")
    if "order" in query:
        tail += sql.SQL(" order by ") + sql.SQL(", ").join(
            _ordering(table, key) for key in query["order"].split(",")
        )
    for name in ("limit", "offset"):
        if name in query:
            tail += sql.SQL(f" {name} {int(query[name])}")
    text = sql.SQL("select {} from {}{} {}{}").format(columns, _public(table), joins, where, tail)
    return Query(text, values)


def insertion(schema: SchemaCache, table: str, _: Mapping[str, str], body: Any) -> Query:
    """POST of one row or of several."""
    names, record = _payload(schema, table, body)
    text = sql.SQL("insert into {table}({names}) select {payload} from {record} returning {table}.*").format(
        table=_public(table),
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        payload=sql.SQL(", ").join(sql.Identifier("pgrst_body", name) for name in names),
        record=record,
    )
    return Query(text, [json.dumps(body)])


def update(schema: SchemaCache, table: str, query: Mapping[str, str], body: Any) -> Query:
    """PATCH."""
    names, record = _payload(schema, table, body)
    where, values = _filters(schema, table, query)
    pairs = [
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Identifier("pgrst_body", name)) for name in names
    ]
    text = sql.SQL("update {table} set {pairs} from {record} {where} returning {table}.*").format(
        table=_public(table), pairs=sql.SQL(", ").join(pairs), record=record, where=where
    )
    return Query(text, [json.dumps(body), *values])


def deletion(schema: SchemaCache, table: str, query: Mapping[str, str], _: Any) -> Query:
    """DELETE."""
    where, values = _filters(schema, table, query)
    text = sql.SQL("delete from {table} {where} returning {table}.*").format(
        table=_public(table), where=where
    )
    return Query(text, values)


def _public(table: str) -> sql.Identifier:
    return sql.Identifier("public", table)


def _payload(schema: SchemaCache, table: str, body: Any) -> tuple[list[str], sql.Composed]:
    types = schema.of(table)
    names = list(body[0] if isinstance(body, list) else body)
    for name in names:
        if name not in types:
            raise Refusal(
                400, "PGRST204", f"Could not find the '{name}' column of '{table}' in the schema cache"
            )
    typed = [sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(types[name])) for name in names]
    record = sql.SQL(
        "(select %s::json as json_data) pgrst_payload, lateral (select {names} from"
        " {function}(pgrst_payload.json_data) as _({typed})) pgrst_body"
    ).format(
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        function=sql.SQL("json_to_recordset" if isinstance(body, list) else "json_to_record"),
        typed=sql.SQL(", ").join(typed),
    )
    return names, record


def _filters(
    schema: SchemaCache, table: str, query: Mapping[str, str]
) -> tuple[sql.Composable, list[object]]:
    conditions: list[sql.Composable] = []
    values: list[object] = []
    for name, condition in query.items():
        if name in _RESERVED:
            continue
        column = sql.Identifier("public", table, name)
        operator, _, value = condition.partition(".")
        if operator == "is":
            conditions.append(
                sql.SQL("{} is {}").format(column, sql.SQL({"null": "null", "true": "true"}[value]))
            )
        elif operator == "in":
            conditions.append(sql.SQL("{} = any (%s)").format(column))
            values.append("{" + value.strip("()") + "}")
        else:
            conditions.append(sql.SQL("{} {} %s").format(column, sql.SQL(_OPERATORS[operator])))
            values.append(value)
    schema.of(table)
    if not conditions:
        return sql.SQL(""), values
    return sql.SQL("where ") + sql.SQL(" and ").join(conditions), values


def _ordering(table: str, key: str) -> sql.Composed:
    name, _, direction = key.partition(".")
    word = sql.SQL({"": "asc", "asc": "asc", "desc": "desc"}[direction])
    return sql.SQL("{} {}").format(sql.Identifier("public", table, name), word)


def _selected(schema: SchemaCache, table: str, select: str) -> tuple[sql.Composable, sql.Composable]:
    names = filter(None, (part.strip() for part in _EMBEDDED.sub("", select).split(",")))
    columns: list[sql.Composable] = [
        sql.SQL("{}.*").format(_public(table)) if name == "*" else sql.Identifier("public", table, name)
        for name in names
    ]
    joins: list[sql.Composable] = []
    for number, match in enumerate(_EMBEDDED.finditer(select)):
        column, join = _embedded(schema, table, match, f"{table}_{match['table']}_{number}")
        columns.append(column)
        joins.append(join)
    return sql.SQL(", ").join(columns), sql.SQL("").join(joins)


def _embedded(
    schema: SchemaCache, table: str, match: re.Match[str], alias: str
) -> tuple[sql.Composable, sql.Composable]:
    other = match["table"]
    key = schema.between(table, other, match["hint"])
    to_one = key.child == table or key.unique
    ours, theirs = (
        (key.child_columns, key.parent_columns)
        if key.child == table
        else (key.parent_columns, key.child_columns)
    )
    on = sql.SQL(" and ").join(
        sql.SQL("{} = {}").format(sql.Identifier(f"{other}_1", their), sql.Identifier("public", table, our))
        for our, their in zip(ours, theirs, strict=True)
    )
    columns = sql.SQL(", ").join(
        sql.SQL("{}.*").format(sql.Identifier(f"{other}_1"))
        if name == "*"
        else sql.Identifier(f"{other}_1", name)
        for name in match["columns"].split(",")
    )
    rows = sql.SQL("select {} from {} as {} where {}").format(
        columns, _public(other), sql.Identifier(f"{other}_1"), on
    )
    if not to_one:
        rows = sql.SQL("select json_agg({0}) as {0} from ({1}) as {0}").format(sql.Identifier(alias), rows)
    join = sql.SQL(" left join lateral ({}) as {} on true").format(rows, sql.Identifier(alias))
    shape = "row_to_json({alias}.*) as {name}" if to_one else "coalesce({alias}.{alias}, '[]') as {name}"
    column = sql.SQL(shape).format(alias=sql.Identifier(alias), name=sql.Identifier(other))
    return column, join
