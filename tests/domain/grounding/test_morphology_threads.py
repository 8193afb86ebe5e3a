import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from cvtailor.domain.grounding.morphology import roots

WORDS = [f"{start}{end}" for start in "abcdefghijkl" for end in ("ltwicklungen", "lkeiten", "lungsvollen")]


@pytest.fixture
def _eager_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_eager_threads")
def test_runs_that_are_checked_at_the_same_time_do_not_disturb_each_other() -> None:
    roots.cache_clear()
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda word: roots(word, "de"), WORDS * 8))
    roots.cache_clear()
    assert together == [roots(word, "de") for word in WORDS] * 8
