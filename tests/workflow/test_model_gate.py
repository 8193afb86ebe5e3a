import pytest
from cvtailor.domain.errors import ModelRefused
from cvtailor.workflow.model_gate import ModelGate

REFUSAL = ModelRefused("the key is revoked")


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_a_refusal_shuts_the_gate_for_a_while() -> None:
    clock = Clock()
    gate = ModelGate(remembered_seconds=30, clock=clock)
    gate.check()
    gate.note_refusal(REFUSAL)
    clock.seconds += 29
    with pytest.raises(ModelRefused, match="revoked"):
        gate.check()
    clock.seconds += 1
    gate.check()


def test_a_reply_opens_it_at_once() -> None:
    gate = ModelGate()
    gate.note_refusal(REFUSAL)
    gate.note_reply()
    gate.check()


async def test_what_can_never_work_shuts_it_for_good() -> None:
    gate = ModelGate(ModelRefused("there is no key"))
    gate.note_reply()
    with pytest.raises(ModelRefused, match="no key"):
        await gate.probe()


@pytest.mark.parametrize("lasting", [True, False])
def test_it_keeps_nothing_of_whom_it_refuses(lasting: bool) -> None:
    """An exception keeps the frames that it passes, and theirs hold whole requests."""
    refusal = ModelRefused("there is no key")
    gate = ModelGate(refusal) if lasting else ModelGate()
    gate.note_refusal(refusal)
    raised = []
    for _ in range(2):
        with pytest.raises(ModelRefused, match="no key") as refused:
            gate.check()
        raised.append(refused.value)
    assert raised[0] is not raised[1]
    assert refusal.__traceback__ is None
