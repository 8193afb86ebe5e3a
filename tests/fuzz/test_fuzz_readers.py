"""Damaged examples through every reader: read or refused, in bounded time and memory."""

import time

import pytest
from cvtailor.domain.errors import CvtailorError
from hypothesis import example, given
from hypothesis import strategies as st

from tests.fuzz.bounds import TooMuch, bounded
from tests.fuzz.damage import Wound, damaged, wounds
from tests.fuzz.fuzz_settings import fuzzing
from tests.fuzz.hostile_targets import TARGETS


def judge(target: str, content: bytes) -> None:
    """Reads; a refusal must say something, and name nothing but what it is about."""
    try:
        with bounded():
            TARGETS[target].read(content)
    except CvtailorError as refusal:
        assert refusal.message.strip().endswith((".", ")"))  # noqa: PT017


@pytest.fixture(params=TARGETS)
def target(request: pytest.FixtureRequest) -> str:
    # The first reading loads dictionaries, which no input is to blame for.
    for seed in TARGETS[request.param].seeds():
        TARGETS[request.param].read(seed)
    return request.param


@given(chosen=st.integers(0, 9), changes=wounds)
@example(chosen=0, changes=[Wound("insert", 500, 1, "9", 200_000)])
@example(chosen=0, changes=[Wound("insert", 500, 1, "a\n\n", 3_000)])
@fuzzing
def test_a_damaged_example_is_read_or_refused(target: str, chosen: int, changes: list[Wound]) -> None:
    its = TARGETS[target]
    judge(target, damaged(its.seeds(), chosen, changes, its.bytes_max))


@given(
    content=st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
@fuzzing
def test_any_bytes_are_read_or_refused(target: str, content: bytes) -> None:
    judge(target, content)


def spin() -> None:
    end = time.process_time() + 0.05
    while time.process_time() < end:
        pass


def fill() -> None:
    bytearray(b"x") * (32 << 20)


@pytest.mark.parametrize("waste", [spin, fill])
def test_the_bounds_see_what_takes_too_much(waste) -> None:
    with pytest.raises(TooMuch), bounded(cpu_seconds_max=0.04, memory_bytes_max=16 << 20):
        waste()
