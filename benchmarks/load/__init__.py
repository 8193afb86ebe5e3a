"""What the service does with more requests than it has time for."""
