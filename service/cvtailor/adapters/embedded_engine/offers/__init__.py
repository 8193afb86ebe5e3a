"""Reads job ads."""
