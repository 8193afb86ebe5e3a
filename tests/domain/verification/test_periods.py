import pytest
from cvtailor.domain.verification.periods import Period, period_of


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("03/2019 – present", Period("2019-03", "present")),
        ("March 2019 to Dec. 2021", Period("2019-03", "2021-12")),
        ("2019-2021", Period("2019", "2021")),
        ("2019-03 - 2021-12", Period("2019-03", "2021-12")),
        ("Mai 2019 bis heute", Period("2019-05", "present")),
        ("marzo de 2019 – actualidad", Period("2019-03", "present")),
        ("(septembre 2020 – aujourd’hui)", Period("2020-09", "present")),
        ("2021 – 2019", Period(date="2021 – 2019")),
        ("Summer 2019", Period(date="Summer 2019")),
    ],
)
def test_times_are_read_or_kept_as_they_are(text: str, period: Period) -> None:
    assert period_of(text) == period
