"""The durable workflow: which steps a run takes, journaled and told as numbered events."""
