"""Ports for servers that a test or a benchmark starts."""

import socket


def free_port() -> int:
    """Returns a port of loopback that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
