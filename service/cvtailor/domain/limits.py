"""Bounds of what is accepted; the contract's validation rules carry the same numbers."""

CV_BYTES_MAX = 1_048_576
CV_NESTING_MAX = 32
CV_LINES_MAX = 4_000
POSTING_CHARS_MAX = 100_000
ANSWER_CHARS_MAX = 500
ANSWERS_MAX = 200
"""Answers of one person that a run reads: the newest."""

LIST_PAGE_SIZE_DEFAULT = 50
LIST_PAGE_SIZE_MAX = 200
DOCUMENT_CHUNK_BYTES = 65_536
DOCUMENT_LINK_SECONDS_DEFAULT = 300

LINES_REMEMBERED_MAX = 2_048
WORDS_REMEMBERED_MAX = 4_096
"""What was worked out of a line or a word stays in memory for so many of them, by function.

A run asks for one line many times, and a process must not grow with the texts that it has seen.
"""
