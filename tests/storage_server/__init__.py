"""A server that answers as Supabase Storage does, for tests of those who ask it."""

from .faults import Fault, answers, breaks_off, drips, hangs, loses_the_answer, resets
from .keys import private_jwk
from .server import PUBLISHABLE_KEY, SECRET_KEY, Asked, StorageServer

__all__ = [
    "PUBLISHABLE_KEY",
    "SECRET_KEY",
    "Asked",
    "Fault",
    "StorageServer",
    "answers",
    "breaks_off",
    "drips",
    "hangs",
    "loses_the_answer",
    "private_jwk",
    "resets",
]
