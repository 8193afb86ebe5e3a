"""The nouns of cvtailor and the ports its steps speak through; knows no transport, database or engine."""
