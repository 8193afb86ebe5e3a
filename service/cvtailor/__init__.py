"""Tailors a CV to one job offer and proves that every line comes from the base CV."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str


def __getattr__(name: str) -> str:
    # Read when asked for: `cvtailor --help` need not wait for it.
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version

    return version("cvtailor")
