"""How fast the way from request to stored PDF is, beside what else a person could make the PDF with."""
