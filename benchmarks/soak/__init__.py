"""What grows in a service that works and is broken for half an hour."""
