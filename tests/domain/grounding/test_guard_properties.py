"""Real lines, mutated into lies: each is caught; left alone, each passes."""

import re

from cvtailor.domain.base_cv import Line
from cvtailor.domain.tailored_cv import RejectionReason
from guard_builders import CV, a_copy, check, check_text
from hypothesis import assume, given, settings
from hypothesis import strategies as st

R = RejectionReason
LINES = (
    "Cut order fulfilment latency by 43% using Kafka services on Kubernetes",
    "Migrated 27 batch workflows of 9 teams to Airflow, saving EUR 1.2M per year",
    "Betreute 14 Patienten pro Schicht auf einer Station mit 32 Betten",
    "Encadré 6 apprentis et géré un budget de 280 000 € par an",
    "Impartí 22 clases de matemáticas por semana a 3 grupos",
    "Assisted the lead auditor in 12 audits of small distributors",
    "Mentored two junior engineers",
    "Wrote SQL queries for the finance department",
)
ADDED = ("Flink", "Rust", "COBOL", "Spotify", "revenue", "globally", "award-winning", "HIPAA", "blockchain")
STRONGER = ("Led", "Managed", "Directed", "Spearheaded", "Owned", "Leitete", "Dirigé", "Lideré")
line = st.sampled_from(LINES)
UNTIMED = settings(deadline=None)
"""The first claim of a language reads its dictionary."""


def verdict(source: str, claim: str) -> RejectionReason | None:
    """What the guard says about a claim that cites a line of the first job."""
    job = CV.sections[1].entries[0]
    cited = Line(id="experience[0].highlights[0]", text=source)
    job = job.model_copy(update={"highlights": (cited,)})
    experience = CV.sections[1].model_copy(update={"entries": (job, CV.sections[1].entries[1])})
    cv = CV.model_copy(update={"sections": (CV.sections[0], experience, CV.sections[2])})
    draft = a_copy(cv)
    lie = draft.sections[1].entries[0].highlights[0].model_copy(update={"text": claim})
    entry = draft.sections[1].entries[0].model_copy(update={"highlights": (lie,)})
    section = draft.sections[1].model_copy(update={"entries": (entry, draft.sections[1].entries[1])})
    draft = draft.model_copy(update={"sections": (draft.sections[0], section, draft.sections[2])})
    checked = check(draft, cv=cv)
    shown = [highlight.text for highlight in checked.cv.sections[1].entries[0].highlights]
    assert shown == ([claim] if not checked.rejected else [source])
    return checked.rejected[0].reason if checked.rejected else None


@UNTIMED
@given(line)
def test_a_line_left_alone_passes(source: str) -> None:
    assert verdict(source, source) is None


@UNTIMED
@given(line, st.sampled_from((" ", "  ", "\u00a0")), st.booleans())
def test_spacing_case_and_the_final_stop_are_no_lies(source: str, space: str, stop: bool) -> None:
    assert verdict(source, source.replace(" ", space) + "." * stop) is None


@UNTIMED
@given(line, st.data(), st.integers(min_value=0, max_value=10**7))
def test_any_other_number_is_caught(source: str, data: st.DataObject, number: int) -> None:
    found = list(re.finditer(r"\d[\d ]*(?:\.\d+)?(?=\D)", source))
    assume(found)
    match = data.draw(st.sampled_from(found))
    assume(float(match[0].replace(" ", "")) != number)
    lie = f"{source[: match.start()]}{number} {source[match.end() :].lstrip()}"
    assert verdict(source, lie) is R.NUMBER_UNSUPPORTED


@UNTIMED
@given(line, st.data())
def test_numbers_that_change_places_are_caught(source: str, data: st.DataObject) -> None:
    found = list(re.finditer(r"\b\d+\b(?!\.)(?! 000)", source))
    assume(len(found) >= 2 and found[0][0] != found[1][0])
    first, second = found[:2]
    between, rest = source[first.end() : second.start()], source[second.end() :]
    lie = f"{source[: first.start()]}{second[0]}{between}{first[0]}{rest}"
    assert verdict(source, lie) is R.NUMBER_UNSUPPORTED


@UNTIMED
@given(line, st.sampled_from(ADDED), st.data())
def test_an_added_word_is_caught_wherever_it_stands(source: str, added: str, data: st.DataObject) -> None:
    parts = source.split()
    at = data.draw(st.integers(min_value=0, max_value=len(parts)))
    assert verdict(source, " ".join([*parts[:at], added, *parts[at:]])) is not None


@UNTIMED
@given(line, st.sampled_from(STRONGER))
def test_a_stronger_verb_is_caught(source: str, verb: str) -> None:
    assert verdict(source, " ".join([verb, *source.split()[1:]])) is not None


@UNTIMED
@given(st.sampled_from([line.text for line in CV.sections[1].entries[1].highlights]))
def test_a_line_of_one_job_under_another_is_caught(foreign: str) -> None:
    ids = [line.id for line in CV.sections[1].entries[1].highlights if line.text == foreign]
    assert [rejected.reason for rejected in check_text(foreign, *ids).rejected] == [R.FOREIGN_EVIDENCE]


@UNTIMED
@given(line, st.text(max_size=60))
def test_whatever_is_claimed_the_guard_answers_and_shows_only_what_it_checked(source: str, text: str) -> None:
    verdict(source, text)
