"""What the service meets the world with; one package an outside thing."""
