"""The one clock that days are read from."""

from datetime import UTC, date, datetime


def today() -> date:
    """Returns the current date, UTC."""
    return datetime.now(UTC).date()
