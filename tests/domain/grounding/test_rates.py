"""How often: a number counted once is not one a year, and a rate keeps its period."""

import pytest
from cvtailor.domain.grounding.rates import rates
from grounding_builders import refused


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("40 calls a day", "day"),
        ("40 calls each day", "day"),
        ("40 Anrufe täglich", "day"),
        ("12 par an", "year"),
        ("3 al mes", "month"),
        ("25 patients each morning", "morning"),
        ("90 essays per term", "term"),
    ],
)
def test_a_rate_is_read_in_every_wording(text: str, period: str) -> None:
    assert list(rates(text)) == [period]


@pytest.mark.parametrize("text", ["in the year 2020", "in May 2019", "the second week of March"])
def test_a_time_is_no_rate(text: str) -> None:
    assert list(rates(text)) == []


@pytest.mark.parametrize(
    ("line", "claim"),
    [
        ("Sold 200 lamps in 18 months", "Sold 200 lamps a month"),
        ("Marked 90 essays a term", "Marked 90 essays a week"),
        ("Inspected 220 boilers", "Inspected 220 boilers a year"),
    ],
)
def test_a_number_gets_no_rate_that_it_has_not(line: str, claim: str) -> None:
    assert refused(claim, line)


def test_a_total_over_years_may_be_told_as_their_average() -> None:
    line = "Attended 1,040 incidents in four years"
    assert refused("Attended an average of 260 incidents a year over 4 years", line) == ""
    assert refused("Attended an average of 270 incidents a year over 4 years", line)


@pytest.mark.parametrize(
    ("line", "claim"),
    [
        (
            "Serviced 38 turbines on two sites, 2.3 MW each",
            "Serviced 38 turbines of 2.3 MW on each of two sites",
        ),
        ("Kept 160 colonies at nine sites", "Kept 160 colonies each at nine sites"),
    ],
)
def test_a_number_of_all_is_no_number_of_each(line: str, claim: str) -> None:
    assert "of each one" in refused(claim, line)


def test_a_number_of_each_stays_one() -> None:
    assert refused("Two sites serviced, 2.3 MW each", "Serviced two sites, 2.3 MW each") == ""
