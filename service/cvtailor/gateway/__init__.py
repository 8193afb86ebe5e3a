"""The way in from browsers: Envoy before the service, its configuration and its supervision."""
