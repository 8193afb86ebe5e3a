"""Bounds of what is accepted; the contract's validation rules carry the same numbers."""

CV_BYTES_MAX = 1_048_576
CV_NESTING_MAX = 32
CV_LINES_MAX = 4_000
POSTING_CHARS_MAX = 100_000
LIST_PAGE_SIZE_DEFAULT = 50
LIST_PAGE_SIZE_MAX = 200
DOCUMENT_CHUNK_BYTES = 65_536
