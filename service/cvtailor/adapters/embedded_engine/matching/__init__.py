"""Compares what an offer asks with what a CV shows."""
