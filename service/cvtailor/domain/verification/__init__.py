"""Checks what agents hand in, and makes domain values of what holds. Pure: no model, no I/O."""
