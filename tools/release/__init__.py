"""Builds what a release publishes, and checks what may be published: ``python -m tools.release --help``."""
