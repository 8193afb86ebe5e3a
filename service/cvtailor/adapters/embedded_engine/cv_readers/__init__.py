"""Readers of base CVs: rendercv YAML, JSON Resume, Markdown, plain text, PDF and DOCX."""

from cvtailor.adapters.embedded_engine.cv_readers.reader import EmbeddedCvReader, read_cv

__all__ = ["EmbeddedCvReader", "read_cv"]
