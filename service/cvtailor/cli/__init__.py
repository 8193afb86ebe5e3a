"""The command line: a client like any other, plus the commands that run the service."""
