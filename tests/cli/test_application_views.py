import io
from datetime import UTC, date, datetime

from cvtailor.cli.application_list import ToDo, in_order, table_of, table_of_actions
from cvtailor.cli.application_summary import lines_view, status_view, summary_view
from cvtailor.cli.printable import harmless, without_padding
from cvtailor.cli.run_story import RunStory
from cvtailor.cli.version_diff import view_of
from cvtailor.gen.cvtailor.v1 import application_pb2 as pb
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, event_pb2, job_offer_pb2, match_report_pb2
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from rich.console import Console, RenderableType

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LINE = "Built Python services"


def shown(view: RenderableType, width: int = 120) -> str:
    console = Console(file=io.StringIO(), width=width, markup=False, color_system=None)
    console.print(view)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def at(hour: int) -> Timestamp:
    time = Timestamp()
    time.FromDatetime(datetime(2026, 11, 23, hour, tzinfo=UTC))
    return time


def application(**fields: object) -> pb.Application:
    changes = [
        pb.LineChange(
            fate=pb.LINE_FATE_REWORDED, evidence_ids=["experience[0].highlights[0]"], before=LINE,
            after="Python services built", entry="Engineer, Acme",
        ),
        pb.LineChange(fate=pb.LINE_FATE_LEFT_OUT, evidence_ids=["talks[0].text"], before="A talk"),
    ]  # fmt: skip
    return pb.Application(
        id="df24794c-44db-56fd-becb-3a958b60023d",
        title="Engineer",
        company="Initech",
        status=pb.APPLICATION_STATUS_READY,
        update_time=at(11),
        cv_version=1,
        provenance=pb.Provenance(engine="embedded engine", changes=changes),
        **fields,  # type: ignore[arg-type]
    )


def story() -> RunStory:
    asked = job_offer_pb2.Requirement(id="requirement[0]", text="Python in production")
    match = match_report_pb2.RequirementMatch(
        requirement_id="requirement[0]",
        status=match_report_pb2.RequirementMatch.STATUS_MET,
        evidence_ids=["experience[0].highlights[0]"],
    )
    return RunStory(
        offer=job_offer_pb2.JobOffer(requirements=[asked], location="Berlin"),
        report=match_report_pb2.MatchReport(matches=[match], gaps=["Go"]),
        coverage=match_report_pb2.Coverage(must=0.93, nice=0.5),
        reasons={"talks[0].text": "The pages are full."},
    )


def test_a_row_has_what_one_looks_for_in_a_list() -> None:
    one = application()
    row = shown(table_of([one], {one.id: story()}, NOW)).splitlines()[1].split()
    assert row == ["df24794c", "Engineer", "Initech", "ready", "–", "93%", "1", "h", "ago"]


def test_a_list_fits_a_narrow_terminal_and_ids_stay_whole() -> None:
    one = application()
    one.title = "A very long title of a very important position " * 3
    lines = shown(table_of([one], {}, NOW), width=80).splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("df24794c")


def test_each_requirement_stands_above_the_line_that_answers_it() -> None:
    text = shown(summary_view(application(), story()))
    lines = [line.strip() for line in text.splitlines()]
    place = lines.index("✓ Python in production")
    assert lines[place + 1] == f"experience[0].highlights[0]  {LINE}"
    assert "Gaps: Go" in lines


def test_an_application_without_events_is_shown_as_far_as_it_is_known() -> None:
    text = shown(summary_view(application(), RunStory()))
    assert "Match" not in text
    assert "1 reworded, 1 left out" in text


def test_lines_name_what_they_rest_on_and_why_others_went() -> None:
    one = application(claims=[match_report_pb2.Claim(id="letter[0]", text="Dear Ms Vogt")])
    text = shown(lines_view(one, story()))
    assert "+ Python services built" in text
    assert "talks[0].text  left out: The pages are full." in text
    assert "a courtesy" in text


def test_a_reason_that_several_lines_have_is_told_once() -> None:
    ids = ("talks[0].text", "talks[1].text", "jobs[0].text")
    lines = [pb.LineChange(fate=pb.LINE_FATE_LEFT_OUT, evidence_ids=[id], before=id) for id in ids]
    diff = cv_generator_pb2.CompareVersionsResponse(changes=lines, to_version=1)
    full = "The pages are full."
    text = shown(view_of(diff, {ids[0]: full, ids[1]: full, ids[2]: "You chose not to."}, whole=False))
    assert text.count(full) == 1
    assert f"[1] {full}" in text
    assert "talks[1].text  left out [1]" in text
    assert "jobs[0].text  left out: You chose not to." in text


def test_a_date_that_answers_a_requirement_names_its_entry() -> None:
    one, told = application(), story()
    assert told.report is not None
    told.report.matches[0].evidence_ids[:] = ["experience[0].start_date"]
    assert "experience[0].start_date  Engineer, Acme" in shown(summary_view(one, told))


def test_the_only_version_is_told_once() -> None:
    one = application(versions=[pb.CvVersion(version=1, create_time=at(10))])
    text = shown(summary_view(one, RunStory()))
    assert [line for line in text.splitlines() if "2026-11-23" in line and "Status" not in line] == []


def test_a_program_gets_no_blanks_at_the_ends_of_lines() -> None:
    file = io.StringIO()
    table = table_of([application()], {}, NOW)
    Console(file=without_padding(file), width=240).print(table)
    assert all(line == line.rstrip() for line in file.getvalue().splitlines())


def test_a_diff_shows_what_changed_and_all_only_if_asked() -> None:
    kept = pb.LineChange(fate=pb.LINE_FATE_KEPT, evidence_ids=["a[0].text"], before="Same", after="Same")
    added = pb.LineChange(fate=pb.LINE_FATE_ADDED, evidence_ids=["b[0].text"], after="New")
    diff = cv_generator_pb2.CompareVersionsResponse(changes=[kept, added], from_version=1, to_version=2)
    text = shown(view_of(diff, {}, whole=False))
    assert "--- version 1" in text
    assert "+ New" in text
    assert "Same" not in text
    assert "1 unchanged, 1 added" in text
    assert "Same" in shown(view_of(diff, {}, whole=True))


def test_a_line_on_which_several_rest_is_marked_throughout() -> None:
    several = pb.LineChange(fate=pb.LINE_FATE_COMPOSED, before="One\nTwo", after="One and two")
    diff = cv_generator_pb2.CompareVersionsResponse(changes=[several], to_version=1)
    text = shown(view_of(diff, {}, whole=False))
    assert "- One" in text
    assert "- Two" in text
    assert "+ One and two" in text


def test_a_status_says_where_it_may_go() -> None:
    steps = [
        pb.StatusChange(to_status=pb.APPLICATION_STATUS_GENERATING, change_time=at(9)),
        pb.StatusChange(
            from_status=pb.APPLICATION_STATUS_GENERATING,
            to_status=pb.APPLICATION_STATUS_READY,
            change_time=at(10),
        ),
    ]
    text = shown(status_view(application(status_changes=steps)))
    assert "Next: submitted, draft, withdrawn, archived" in text
    assert "cvtailor status set df24794c submitted" in text


def test_what_is_due_first_comes_first_and_no_date_comes_last() -> None:
    one = application()
    points = [
        pb.ActionPoint(title="some day"),
        pb.ActionPoint(title="later", due_date=Date(year=2026, month=12, day=1)),
        pb.ActionPoint(title="less", priority=2, due_date=Date(year=2026, month=11, day=20)),
        pb.ActionPoint(title="first", due_date=Date(year=2026, month=11, day=20)),
    ]
    todo = in_order(ToDo(one, point) for point in points)
    assert [each.point.title for each in todo] == ["first", "less", "later", "some day"]
    text = shown(table_of_actions(todo, date(2026, 11, 23), of_several=True))
    assert "2026-11-20" in text
    assert "df24794c Engineer at Initech" in text


def test_words_of_strangers_give_terminals_no_orders() -> None:
    assert harmless("a\x1b]0;title\x07b\x9bc\td\n") == "a�]0;title�b�c\td\n"
    one = application()
    one.title = "\x1b[2JNurse"
    assert "\x1b[2J" not in shown(table_of([one], {}, NOW)) + shown(summary_view(one, RunStory()))


def test_a_story_takes_what_it_needs_of_the_events() -> None:
    told = RunStory()
    left_out = [match_report_pb2.LeftOut(evidence_id="talks[0].text", reason="Full.")]
    fitted = event_pb2.PagesFitted(left_out=left_out, coverage_after=match_report_pb2.Coverage(must=0.5))
    told.add(event_pb2.ApplicationEvent(step_finished=event_pb2.StepFinished(pages_fitted=fitted)))
    told.add(event_pb2.ApplicationEvent(heartbeat=event_pb2.Heartbeat()))
    assert told.reasons == {"talks[0].text": "Full."}
    assert told.coverage
    assert told.coverage.must == 0.5
