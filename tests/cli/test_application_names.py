import pytest
from cvtailor.cli.application_calls import ApplicationName, heading, status_name, status_value
from cvtailor.cli.status_steps import StatusName
from cvtailor.domain.errors import InvalidInput, NotFound
from cvtailor.gen.cvtailor.v1.application_pb2 import Application

ONE = Application(id="df24794c-44db-56fd-becb-3a958b60023d", title="Nurse", company="Wyremoor")
OTHER = Application(id="df24aaaa-aa92-5933-8a35-9dbb57cf4f45", title="Teacher")


@pytest.mark.parametrize("typed", ["df24", "DF24794C", "df24794c-44db", ONE.id, ONE.id.replace("-", "")])
def test_an_id_may_be_typed_whole_or_in_part(typed: str) -> None:
    assert ApplicationName.parse(typed).names(ONE)


def test_only_a_whole_id_needs_no_search() -> None:
    assert ApplicationName.parse(ONE.id.upper()).whole == ONE.id
    assert not ApplicationName.parse("df24794c").whole
    assert ApplicationName.parse("last") == ApplicationName()


@pytest.mark.parametrize("typed", ["", "df2", "first", "df24x", ONE.id + "0", "../../etc"])
def test_what_is_no_name_is_refused_with_what_would_be_one(typed: str) -> None:
    with pytest.raises(InvalidInput, match="`last`"):
        ApplicationName.parse(typed)


def test_several_candidates_are_listed() -> None:
    with pytest.raises(InvalidInput, match=r"(?s)type more.*Nurse at Wyremoor.*Teacher"):
        ApplicationName.parse("df24").only_one_of([ONE, OTHER])
    assert ApplicationName.parse("df247").only_one_of([ONE]) == ONE.id


def test_a_hundred_candidates_are_not() -> None:
    with pytest.raises(InvalidInput, match="and 92 more") as caught:
        ApplicationName.parse("df24").only_one_of([ONE] * 100)
    assert len(caught.value.message.splitlines()) == 10


def test_who_has_no_application_learns_how_to_make_one() -> None:
    with pytest.raises(NotFound, match="cvtailor generate"):
        ApplicationName.parse("last").only_one_of([])
    with pytest.raises(NotFound, match="begins with df24"):
        ApplicationName.parse("df24").only_one_of([])


def test_an_application_without_employer_or_title_has_a_name_too() -> None:
    assert heading(OTHER) == "Teacher"
    assert heading(Application()) == "(the ad was not read)"


def test_every_status_has_its_name_and_an_unknown_one_its_number() -> None:
    assert [status_name(status_value(name)) for name in StatusName] == [name.value for name in StatusName]
    assert status_name(99) == "status 99"  # type: ignore[arg-type]
