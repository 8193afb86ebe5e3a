import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from cvtailor.domain.stemming import stem_of

ENDS = ("entwicklungen", "keiten", "ungsvollen")
WORDS = [f"{start}{end}" for start in range(60) for end in ENDS]


@pytest.fixture
def eager_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_runs_that_stem_at_the_same_time_do_not_disturb_each_other(eager_threads: None) -> None:
    stem_of.cache_clear()
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda word: stem_of(word, "de"), WORDS * 4))
    stem_of.cache_clear()
    assert together == [stem_of(word, "de") for word in WORDS] * 4
