"""What a process tells of its work: spans, numbers, and the page they are read from; of content, nothing.

``spans`` and ``metrics`` are what the code calls: they need no package and do nothing until ``start`` has
been told where to. Only ``otel`` and ``export`` know OpenTelemetry, and only the wiring imports them.
"""
