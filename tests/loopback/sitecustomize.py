"""Python runs this as it starts, in every process that tests start: they inherit the guard."""

from loopback_guard import install

install()
