"""What the command line tells of statuses, against the contract and the database's own table."""

import re
from pathlib import Path

from cvtailor.cli.status_steps import PERSONS_STATUSES, STEPS, StatusName, steps_from
from cvtailor.gen.cvtailor.v1.application_pb2 import ApplicationStatus

MIGRATIONS = Path(__file__).parents[2] / "supabase" / "migrations"
OF_THE_SERVICE = {"generating", "failed", "cancelled"}


def test_the_statuses_are_those_of_the_contract() -> None:
    names = {name.removeprefix("APPLICATION_STATUS_").lower() for name in ApplicationStatus.keys()}  # noqa: SIM118
    assert {*StatusName} == names - {"unspecified"}
    assert {*PERSONS_STATUSES} == names - OF_THE_SERVICE - {"unspecified"}


def test_the_steps_are_those_of_the_database() -> None:
    inserted = [
        rows
        for path in sorted(MIGRATIONS.glob("*.sql"))
        for rows in re.findall(r"insert into cvtailor\.status_steps[^;]*;", path.read_text())
    ]
    pairs = re.findall(r"\('(\w+)', '(\w+)'\)", "".join(inserted))
    # The run alone makes ready what it generates.
    allowed = {pair for pair in pairs if pair[1] not in OF_THE_SERVICE and pair != ("generating", "ready")}
    assert allowed
    assert {(begin, end) for begin, ends in STEPS.items() for end in ends} == allowed


def test_the_archive_leads_back_to_where_an_application_was() -> None:
    assert steps_from("archived", "interviewing") == ("interviewing",)
    assert steps_from("archived", "failed") == ("draft",)
    assert steps_from("archived", "") == ("draft",)
