"""Reads the text of PDFs as the programs do that sort applications."""
