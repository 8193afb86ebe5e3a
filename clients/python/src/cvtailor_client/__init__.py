"""Typed client of cvtailor."""
