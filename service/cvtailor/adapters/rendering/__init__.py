"""Typesets tailored CVs with rendercv and Typst in worker processes of its own."""

from cvtailor.adapters.rendering.typesetter import RendercvTypesetter

__all__ = ["RendercvTypesetter"]
