"""Tailors a CV to one job offer and proves that every line comes from the base CV."""

__version__ = "0.1.0"
