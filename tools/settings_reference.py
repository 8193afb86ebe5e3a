"""Writes docs/settings.md from the settings' own declarations; ``--check`` says whether it is stale.

python -m tools.settings_reference
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from cvtailor.gateway.settings import GatewaySettings
from cvtailor.settings import Settings
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
# Fields stand in groups in their class; each group is known by its first field.
GROUPS = {
    Settings: {
        "host": "The gRPC server",
        "data_dir": "Database and local folder",
        "supabase_url": "Supabase and documents",
        "jwks_url": "Tokens",
        "run_concurrency": "Runs and workers",
        "journal_key": "What is kept, and for how long",
        "heartbeat_seconds": "Streams",
        "render_workers": "Typesetting",
        "model": "Language models",
        "fetch_job_urls": "What reaches out",
        "lame_duck_seconds": "Shutdown",
        "log_level": "Logs",
    },
    GatewaySettings: {
        "host": "The gateway: where it listens",
        "backends": "The gateway: what is behind it",
        "origins": "The gateway: pages and tokens",
        "request_bytes_max": "The gateway: bounds",
        "admin_port": "The gateway: process and logs",
    },
}
# Defaults that depend on the machine, in words.
COMPUTED = {
    "data_dir": "the user's data folder",
    "render_workers": "cores, at most 4",
    "threads": "cores, at most 4",
}
_HEAD = """# Settings

<!-- Made by `python -m tools.settings_reference` from the settings' classes. -->

Each is an environment variable whose name begins with `CVTAILOR_`. All but the gateway's may also stand in
the configuration file, in lower case and without that prefix; `cvtailor config init` writes one in which
everything is a comment, `cvtailor config` says what holds and why, and the environment comes first.

Unset, everything runs on this machine with no account or key. A value that can't be is refused at the start,
with its name. Secrets are in no log and no error.

Where a range is given, other values are refused. `none` unsets what has a default and may be unset. Settings
of models are explained in [models.md](models.md), of a Supabase project in [operations.md](operations.md), of
the gateway in [gateway.md](gateway.md).
"""
_UNITS = {
    "seconds": "seconds",
    "seconds_max": "seconds",
    "hours": "hours",
    "days": "days",
    "bytes_max": "bytes",
    "usd": "USD",
}
_BOUNDS = {"ge": "{} or more", "gt": "more than {}", "le": "up to {}"}


def page() -> str:
    """Returns the page's text.

    Raises:
        LookupError: A field has no description, or a default that has no words here.
    """
    parts = (line for settings, groups in GROUPS.items() for line in tables(settings, groups))
    return "\n".join([_HEAD, *parts])


def tables(settings: type[BaseSettings], groups: Mapping[str, str]) -> Iterator[str]:
    """Yields the lines of a class's tables.

    Args:
        settings: The class.
        groups: Titles of the tables, by the name of their first field.

    Raises:
        LookupError: A field has no description, or a default that has no words here; a group has no field.
    """
    starts = dict(groups)
    if next(iter(settings.model_fields)) not in starts:
        raise LookupError(f"{settings.__name__}: the first field begins no group")
    for name, field in settings.model_fields.items():
        if name in starts:
            yield from (f"## {starts.pop(name)}", "")
            yield from ("| setting | value | default | what it does |", "|---|---|---|---|")
        yield _row(settings, name, field)
        if _next(settings, name) in (None, *starts):
            yield ""
    if starts:
        raise LookupError(f"{settings.__name__} has no {', '.join(starts)}: see GROUPS")


def _next(settings: type[BaseSettings], name: str) -> str | None:
    names = list(settings.model_fields)
    return names[names.index(name) + 1] if name != names[-1] else None


def _row(settings: type[BaseSettings], name: str, field: FieldInfo) -> str:
    if not field.description:
        raise LookupError(f"{settings.__name__}.{name} has no description")
    prefix = str(settings.model_config["env_prefix"]).removeprefix("CVTAILOR_")
    cells = (f"`{prefix}{name.upper()}`", _value(name, field), _default(name, field), field.description)
    return f"| {' | '.join(cells)} |"


def _value(name: str, field: FieldInfo) -> str:
    kind = _plain(field.annotation)
    if get_origin(kind) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(kind))
    if get_origin(kind) is tuple:
        return "texts, parted by commas"
    kinds = {bool: "`true`, `false`", SecretStr: "**secret**", Path: "path", str: "text"}
    if kind in kinds:
        return kinds[kind]
    unit = next((unit for end, unit in _UNITS.items() if name.endswith(end)), "")
    whole = "whole number" if kind is int else "number"
    bounds = ", ".join(
        words.format(bound)
        for limit in field.metadata
        for attribute, words in _BOUNDS.items()
        if (bound := getattr(limit, attribute, None)) is not None
    )
    return ", ".join(filter(None, (unit or whole, bounds)))


def _plain(annotation: Any) -> Any:
    """Returns the type without the None that says that it may be unset."""
    if get_origin(annotation) in (Union, UnionType):
        (kind,) = (kind for kind in get_args(annotation) if kind is not NoneType)
        return kind
    return annotation


def _default(name: str, field: FieldInfo) -> str:
    if field.default_factory:
        if name not in COMPUTED:
            raise LookupError(f"{name} has a computed default: say in COMPUTED what it is")
        return COMPUTED[name]
    value = field.default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value in (None, "", ()):
        return "unset"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`"


def main() -> int:
    """Writes the page, or with ``--check`` compares it; returns the exit code."""
    if "--check" in sys.argv[1:]:
        if PAGE.read_text() == page():
            return 0
        print(f"{PAGE.name} is not what the settings say: run `python -m tools.settings_reference`.")
        return 1
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
