import io

from cvtailor.cli.display import Display, progress_of, use_of, waiting_at
from cvtailor.gen.cvtailor.v1 import application_pb2, event_pb2
from rich.console import Console

LONG = "a message of the service that is longer than the terminal is wide"


def test_progress_tells_the_lines_of_agents_only_where_there_are_some() -> None:
    assert progress_of(event_pb2.StepProgress(message="1 page, 3 lines left out")) == (
        "1 page, 3 lines left out"
    )
    rounds = event_pb2.StepProgress(message="critic, round 2 of 2", accepted=5, rejected=1)
    assert progress_of(rounds) == "critic, round 2 of 2, 5 lines accepted, 1 not"


def test_what_models_took_is_told_with_its_price_if_there_is_one() -> None:
    use = application_pb2.ModelUse(calls=5, input_tokens=14_790, output_tokens=3_920, models=["ollama:phi4"])
    assert use_of(use) == "5 calls, 18,710 tokens, no known price (ollama:phi4)"
    use.cost_usd = 0.0612
    assert use_of(use) == "5 calls, 18,710 tokens, $0.0612 (ollama:phi4)"


def test_a_run_that_waits_is_told_its_place() -> None:
    assert waiting_at(1) == "Waiting: the next in the queue"
    assert waiting_at(1_234) == "Waiting: place 1,234 in the queue"


def _told(console: Console) -> list[str]:
    with Display(console) as display:
        display.show(event_pb2.ApplicationEvent(warning=event_pb2.Warning(message=LONG)))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_a_program_gets_each_event_on_one_line_and_none_that_is_empty() -> None:
    assert _told(Console(file=io.StringIO(), width=40)) == [f"! {LONG}"]


def test_at_a_terminal_a_long_line_goes_on_below_its_words() -> None:
    lines = _told(Console(file=io.StringIO(), width=40, force_terminal=True, color_system=None))
    first = next(number for number, line in enumerate(lines) if "! a message" in line)
    assert lines[first + 1].startswith("  ")
    assert lines[first + 1].strip() == "longer than the terminal is wide"
