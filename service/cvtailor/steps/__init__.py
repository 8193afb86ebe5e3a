"""The steps of a run: plain async functions of ports, which know no transport, database or engine."""
