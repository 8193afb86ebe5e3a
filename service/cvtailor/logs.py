"""How log lines look: to standard error, structured, without CV text, tokens or tracebacks of others."""

import logging
import sys
from typing import override

import structlog
from structlog.typing import EventDict, WrappedLogger

from cvtailor.settings import Settings
from cvtailor.telemetry.spans import trace_id

_library = structlog.get_logger("library")


def configure_logs(settings: Settings, level: str | None = None) -> None:
    """Sets up structlog for this process, and has what libraries log said in its form.

    Args:
        settings: Say the format and the least level.
        level: Overrides the settings' level, for commands that talk to people.
    """
    json = settings.log_format == "json"
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _with_trace,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer()
            if json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[(level or settings.log_level).upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    if not logging.root.handlers:
        logging.root.addHandler(_OfLibraries(logging.WARNING))


def _with_trace(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    if trace := trace_id():
        line.setdefault("trace_id", trace)
    return line


class _OfLibraries(logging.Handler):
    """Says which library warned, where, and of what kind of error.

    Of its words only those that stand in its source: what it fills in may be anybody's.
    """

    @override
    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0] if record.exc_info else None
        tell = _library.error if record.levelno >= logging.ERROR else _library.warning
        tell(
            "library",
            by=record.name,
            at=f"{record.filename}:{record.lineno}",
            **({"says": str(record.msg)} if record.args else {}),
            **({"error": error.__name__} if error else {}),
        )
