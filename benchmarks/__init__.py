"""Measurements. Each runs as ``uv run python -m benchmarks.NAME [--quick] [--json]``."""
