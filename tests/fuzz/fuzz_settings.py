"""How long the fuzzers look: the same few examples each time, or many new ones (CVTAILOR_FUZZ=long)."""

import os

from hypothesis import HealthCheck, settings

_LONG = os.environ.get("CVTAILOR_FUZZ") == "long"

fuzzing = settings(
    max_examples=2_000 if _LONG else 15,
    deadline=None,
    derandomize=not _LONG,
    database=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
    print_blob=True,
)
