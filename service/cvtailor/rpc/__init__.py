"""The gRPC face of the service: wire ⇄ domain, auth, errors, health, and the life of the server."""
