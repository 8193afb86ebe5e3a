"""Idioms of time and share as numbers."""

import pytest
from cvtailor.domain.grounding.spelt_out import spelt_out


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("half an hour", "30 min"),
        ("eineinhalb Jahre", "18 months"),
        ("une heure et demie", "90 min"),
        ("un año y medio", "18 months"),
        ("1 min 30 s", "90 s"),
        ("1 h 30", "90 min"),
        ("6 am", "360 clock"),
        ("6:00", "360 clock"),
        ("two-thirds", "66.67 %"),
        ("twice a day", "2 times a day"),
        ("deux fois par jour", "2 times par jour"),
        ("a fünfköpfiges Team", "a fünf Personen Team"),
        ("10 minutes instead of an hour", "1 hour to 10 minutes"),
        ("cut to 20 minutes from 30", "cut from 30 to 20 minutes"),
        ("5 people or fewer", "up to 5 people"),
        ("60 calls a year over 4 years", "60 calls a year during 4 years"),
        ("with over 4 years of experience", "with over 4 years of experience"),
        ("a quarter of 2020", "a quarter of 2020"),
    ],
)
def test_an_idiom_is_read_as_its_number(text: str, meant: str) -> None:
    assert spelt_out(text) == meant
