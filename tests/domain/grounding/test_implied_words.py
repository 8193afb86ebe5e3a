"""Words beside those of the evidence that say no more than they do."""

import pytest
from grounding_builders import refused


@pytest.mark.parametrize(
    ("language", "line", "claim"),
    [
        ("en", "Introduced text reminders", "Introduced text message reminders"),
        ("en", "Advised owners on coat care", "Provided advice to owners on coat care"),
        ("en", "Moderated a forum", "Forum moderator"),
        ("en", "Supervised a master's student", "Supervisor of a master's student"),
        ("en", "Laid bricks on housing estates", "Bricklaying on housing estates"),
        ("en", "Took blood from 25 patients a morning", "Took blood from 25 patients each morning"),
        ("de", "Waagen kalibriert", "Arbeiten zum Kalibrieren von Waagen"),
        ("fr", "Conduite d'un car scolaire", "Conducteur d'un car scolaire"),
        ("es", "Conducción de un autobús", "Conductor de un autobús"),
        ("es", "Taller de cerámica", "Impartí un taller de cerámica"),
    ],
)
def test_what_its_neighbours_say_needs_no_evidence_of_its_own(language: str, line: str, claim: str) -> None:
    assert refused(claim, line, language) == ""


@pytest.mark.parametrize(
    ("language", "line", "claim"),
    [
        ("en", "Received training in welding", "Provided training in welding"),
        ("en", "Planned routes for vans", "Route planner for vans"),
        ("en", "Took blood from patients in the morning", "Took blood from patients every morning"),
        ("es", "Formación recibida en soldadura", "Formación impartida en soldadura"),
        ("fr", "Cours de soudure suivis", "Cours de soudure donnés"),
        ("de", "Waren verkauft", "Waren angefertigt und verkauft"),
    ],
)
def test_what_adds_a_giver_a_title_or_a_rate_does(language: str, line: str, claim: str) -> None:
    assert refused(claim, line, language)


def test_whose_title_is_welder_welds() -> None:
    assert refused("Welded frames for trailers", "Frames for trailers", title="Welder") == ""
    assert refused("Welded frames for trailers", "Frames for trailers", title="Clerk")
