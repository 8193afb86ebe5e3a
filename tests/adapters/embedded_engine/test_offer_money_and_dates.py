from datetime import date

import pytest
from cvtailor.adapters.embedded_engine.offers.dates import find_deadline
from cvtailor.adapters.embedded_engine.offers.salary import find_salary
from cvtailor.domain.job_offer import Salary, SalaryPeriod

YEAR, MONTH, HOUR = SalaryPeriod.YEAR, SalaryPeriod.MONTH, SalaryPeriod.HOUR


@pytest.mark.parametrize(
    ("text", "low", "high", "currency", "period"),
    [
        ("Berlin. EUR 75,000 - 90,000.", 75_000, 90_000, "EUR", YEAR),
        ("Salary GBP 55k-65k.", 55_000, 65_000, "GBP", YEAR),
        ("Gehalt: 4.630 bis 6.700 Euro brutto im Monat", 4_630, 6_700, "EUR", MONTH),
        ("Rémunération de 28 000 à 32 000 € brut par an", 28_000, 32_000, "EUR", YEAR),
        ("Salario de 22.000 a 25.000 € brutos anuales", 22_000, 25_000, "EUR", YEAR),
        ("NOK 780,000 - 920,000 per year", 780_000, 920_000, "NOK", YEAR),
        ("Pay: $24.50 an hour", 24, None, "USD", HOUR),
        ("Jahresgehalt 62.000,- €", 62_000, None, "EUR", YEAR),
    ],
)
def test_pay_is_read_in_every_notation(
    text: str, low: int, high: int | None, currency: str, period: SalaryPeriod
) -> None:
    found = find_salary(text)
    assert found is not None
    assert found.salary == Salary(minimum=low, maximum=high, currency=currency, period=period)


@pytest.mark.parametrize(
    "text",
    [
        "We raised $50M in our Series B",
        "You manage a budget of $140,000",
        "€1,200 learning budget",
        "tuition reimbursement of up to $5,250 a year",
        "revenue of EUR 40,000 - 60,000 per month",
        "2,000 meter values per second",
    ],
)
def test_money_that_is_not_pay_is_left_alone(text: str) -> None:
    assert find_salary(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Apply by 31 March 2026 to jobs@x.example", date(2026, 3, 31)),
        ("Closing date: 17/01/2027 23:59", date(2027, 1, 17)),
        ("Application deadline: February 15, 2027", date(2027, 2, 15)),
        ("Bewerbungsschluss ist der 28.02.2027", date(2027, 2, 28)),
        ("Unterlagen bis zum 3. März 2027 an", date(2027, 3, 3)),
        ("Candidature avant le 31 janvier 2027", date(2027, 1, 31)),
        ("Inscríbete antes del 24 de enero de 2027", date(2027, 1, 24)),
        ("deadline 2027-05-01", date(2027, 5, 1)),
    ],
)
def test_the_deadline_is_read_in_every_notation(text: str, day: date) -> None:
    found = find_deadline(text)
    assert found is not None
    assert found.date == day


@pytest.mark.parametrize(
    "text", ["Start date: 1 March 2027", "Apply by 31 March", "Apply by 31 February 2027", "Founded 1974"]
)
def test_a_date_that_is_no_full_deadline_is_none(text: str) -> None:
    assert find_deadline(text) is None
