"""Dates as people write them."""

import pytest
from cvtailor.adapters.embedded_engine.cv_readers.dates import find_period, iso


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Jan 2020 – present", "2020-01", "present"),
        ("septembre 2025 à juin 2026", "2025-09", "2026-06"),
        ("08/2019 – heute   Studienrätin", "2019-08", "present"),
        ("Engineer, Acme, 2018-2020", "2018", "2020"),
        ("2018-09 - 2019-01", "2018-09", "2019-01"),
        ("seit März 2020", "2020-03", "present"),
        ("Jan – Mar 2020", "2020-01", "2020-03"),
        ("March 15, 2020 - April 2, 2021", "2020-03-15", "2021-04-02"),
        ("1er mars 2020 au 15 avril 2021", "2020-03-01", "2021-04-15"),
        ("enero de 2019 - actualidad", "2019-01", "present"),
        ("01.02.2019 - 31.03.2020", "2019-02-01", "2020-03-31"),
        ("Acme | Berlin | 2020 –", "2020", "present"),
        ("Sept. 2019–Dez. 2020", "2019-09", "2020-12"),
    ],
)
def test_ranges_are_read_in_many_layouts_and_languages(text: str, start: str, end: str) -> None:
    period = find_period(text)
    assert period
    assert (period.start, period.end, period.date) == (start, end, "")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Award (2021)", "2021"),
        ("1999 Abitur", "1999"),
        ("Foo, Summer 2020", "Summer 2020"),
        ("WS 2019/20", "WS 2019/20"),
        ("2021–2019", "2021–2019"),
        ("2023-08-01 – 2024-02-30", "2023-08-01 – 2024-02-30"),
    ],
)
def test_a_lone_or_impossible_date_is_kept_as_typed(text: str, date: str) -> None:
    period = find_period(text)
    assert period
    assert (period.start, period.end, period.date) == ("", "", date)


@pytest.mark.parametrize(
    "text", ["Windows 2000 migration", "2048 Game", "since 13/2020", "4711 customers", ""]
)
def test_numbers_that_are_no_dates_are_left_alone(text: str) -> None:
    assert find_period(text) is None


@pytest.mark.parametrize("text", ["2020-13", "31.02.2020", "Brumaire 2020", "20-20"])
def test_a_date_that_does_not_exist_has_no_iso_form(text: str) -> None:
    assert iso(text) == ""
