"""The service as an MCP server: a thin client of the gRPC service, for assistants."""
