"""A part is not the whole, a total needs its parts, and a rank stays."""

import pytest
from grounding_builders import refused


@pytest.mark.parametrize(
    ("language", "line", "claim"),
    [
        ("en", "Half of my class passed", "My class passed"),
        ("en", "Most residents joined my art class", "Residents joined my art class"),
        ("en", "Three of our five drivers used my route plan", "Our five drivers used my route plan"),
        ("en", "One of four winners of the safety prize", "Winner of the four safety prizes"),
        ("en", "Second author of a paper on bats", "Author of a paper on bats"),
        ("en", "Sold 1,300 tickets and another 900 programmes", "Sold 2,200 tickets"),
        ("en", "Stocked shelves in aisle 4", "Stocked shelves in 4 aisles"),
        ("en", "Cut queues from 9 to 6 minutes", "Cut queues to 9 minutes from 6"),
        ("de", "Die Hälfte meiner Klasse bestand", "Meine Klasse bestand"),
        ("fr", "La moitié de ma classe a réussi", "Ma classe a réussi"),
        ("es", "La mitad de mi clase aprobó", "Mi clase aprobó"),
    ],
)
def test_a_part_does_not_become_the_whole(language: str, line: str, claim: str) -> None:
    assert refused(claim, line, language)


@pytest.mark.parametrize(
    ("line", "claim"),
    [
        ("Half of my class passed", "50% of my class passed"),
        ("Sold 1,300 tickets in May and another 900 in June", "Sold 2,200 tickets in May and June"),
        ("Cut queues from 9 to 6 minutes", "Cut queues to 6 minutes from 9"),
        ("Kept 0.75 ha of lawns", "Kept 7,500 m² of lawns"),
        ("Cut the power bill by a fifth", "Cut the power bill by 20%"),
    ],
)
def test_the_same_share_or_sum_may_be_written_otherwise(line: str, claim: str) -> None:
    assert refused(claim, line) == ""


@pytest.mark.parametrize(
    ("language", "line", "claim"),
    [
        ("en", "Complaints fell after the new rota", "Reduced complaints with the new rota"),
        ("es", "Las quejas bajaron", "Reduje las quejas"),
        ("es", "Bajó la espera de 30 a 20 minutos", "Bajé la espera de 30 a 20 minutos"),
        ("fr", "Les plaintes ont baissé", "Plaintes réduites"),
    ],
)
def test_what_fell_by_itself_is_nobody_s_merit(language: str, line: str, claim: str) -> None:
    assert refused(claim, line, language)
