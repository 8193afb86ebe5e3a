"""Readers of base CVs: rendercv YAML, JSON Resume, Markdown and plain text."""

from cvtailor.adapters.embedded_engine.cv_readers.reader import EmbeddedCvReader, read_cv

__all__ = ["EmbeddedCvReader", "read_cv"]
