"""What the fixtures of ``conftest`` hand out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Database:
    """A database of a test; the DSNs are ``postgresql://`` URIs, for libpq and SQLAlchemy alike."""

    name: str
    admin: str
    service: str
    engine: str
