"""Mutations of real CV lines: lies are caught, other ways to write the same pass."""

from grounding_builders import refused
from hypothesis import assume, given, settings
from hypothesis import strategies as st

LINES = (
    "Trained {n} carers on safe lifting and kept the ward stock list",
    "Repaired {n} lifts a month for the housing office",
    "Translated {n} leaflets for the town museum",
    "Assisted the harbour master with {n} cargo inspections",
)
INVENTED = ("Kubernetes", "nationwide", "award-winning", "profitability", "Spanish", "chartered", "surgical")
BOASTS = ("Led", "Directed", "Owned", "Spearheaded", "Single-handedly ran")
NUMBER_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
FEW = settings(max_examples=40, deadline=None)
lines = st.sampled_from(LINES)
counts = st.integers(min_value=13, max_value=1939)


@FEW
@given(lines, counts, counts)
def test_another_number_is_caught(line: str, count: int, other: int) -> None:
    assume(count != other)
    assert refused(line.format(n=other), line.format(n=count))


@FEW
@given(lines, counts, st.sampled_from(INVENTED), st.integers(min_value=0, max_value=8))
def test_an_added_word_is_caught(line: str, count: int, word: str, place: int) -> None:
    said = line.format(n=count).split()
    assert refused(" ".join([*said[:place], word, *said[place:]]), line.format(n=count))


@FEW
@given(lines, counts, st.sampled_from(BOASTS))
def test_a_stronger_verb_is_caught(line: str, count: int, verb: str) -> None:
    source = line.format(n=count)
    assert refused(f"{verb} {source.split(' ', 1)[1]}", source)


@FEW
@given(lines, counts, st.text(alphabet="bcdfghjklmnpqrtvwxz", min_size=7, max_size=12))
def test_a_word_nobody_knows_is_caught(line: str, count: int, word: str) -> None:
    assert refused(f"{line.format(n=count)} {word}", line.format(n=count))


@FEW
@given(lines, st.integers(min_value=2, max_value=12))
def test_a_number_may_be_spelt_out(line: str, count: int) -> None:
    assert refused(line.format(n=NUMBER_WORDS[count - 2]), line.format(n=count)) == ""


@FEW
@given(lines, st.integers(min_value=2, max_value=900))
def test_thousands_may_be_shortened(line: str, count: int) -> None:
    assert refused(line.format(n=f"{count}k"), line.format(n=f"{count},000")) == ""


@FEW
@given(st.integers(min_value=2, max_value=900))
def test_a_currency_may_be_a_sign_or_a_code(amount: int) -> None:
    assert refused(f"Raised €{amount}M for the museum", f"Raised EUR {amount} million for the museum") == ""
    assert refused(f"Raised ${amount}M for the museum", f"Raised EUR {amount} million for the museum")


@FEW
@given(
    st.sampled_from(("coached", "supervised", "trained", "assessed", "advised", "interviewed")),
    st.sampled_from(("head chef", "ward sister", "site manager", "senior partner", "chief engineer")),
    st.sampled_from(("", " in May", " on two projects", " at the depot")),
)
def test_who_did_it_and_whom_are_not_swapped(verb: str, other: str, rest: str) -> None:
    line = f"Was {verb} by the {other}{rest}"
    assert refused(f"{verb.capitalize()} the {other}{rest}", line)
    assert refused(f"{verb.capitalize()} by the {other}{rest}", line) == ""


@FEW
@given(
    st.integers(min_value=2, max_value=6),
    st.integers(min_value=7, max_value=12),
    st.sampled_from(("drivers", "pupils", "carers", "branches", "machines")),
)
def test_a_part_does_not_become_the_whole(part: int, whole: int, what: str) -> None:
    line = f"{NUMBER_WORDS[part - 2].capitalize()} of the {NUMBER_WORDS[whole - 2]} {what} used my checklist"
    assert refused(f"The {NUMBER_WORDS[whole - 2]} {what} used my checklist", line)
    assert refused(f"{part} of the {whole} {what} used my checklist", line) == ""
