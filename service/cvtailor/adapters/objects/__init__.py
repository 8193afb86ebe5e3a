"""Documents: immutable, addressed by content, each in its owner's folder."""
