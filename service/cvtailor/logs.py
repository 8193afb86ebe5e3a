"""How log lines look: to standard error, structured, without CV text, tokens or tracebacks of others."""

import logging
import sys

import structlog

from cvtailor.settings import Settings


def configure_logs(settings: Settings, level: str | None = None) -> None:
    """Sets up structlog for this process.

    Args:
        settings: Say the format and the least level.
        level: Overrides the settings' level, for commands that talk to people.
    """
    json = settings.log_format == "json"
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
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
