"""``cvtailor show`` and ``cvtailor status``: one application, from the offer to what is left to do."""

from collections.abc import Iterable, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cvtailor.cli.application_calls import Application, application_named, heading, short, status_name
from cvtailor.cli.application_list import STATUS_STYLES, ToDo, in_order, pages_of
from cvtailor.cli.calls import print_json, results
from cvtailor.cli.connection import Connection
from cvtailor.cli.display import use_of
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.printable import counted, cut_to_fit, day, harmless, indented, size, when, words
from cvtailor.cli.run_story import RunStory, story_of
from cvtailor.cli.status_steps import steps_from
from cvtailor.cli.version_diff import lines_of, tally_of
from cvtailor.gen.cvtailor.v1 import job_offer_pb2, match_report_pb2

_EVIDENCE_SHOWN_MAX = 2
_ANSWERS = {
    match_report_pb2.RequirementMatch.STATUS_MET: ("✓", "green"),
    match_report_pb2.RequirementMatch.STATUS_PARTLY: ("~", "yellow"),
    match_report_pb2.RequirementMatch.STATUS_UNMET: ("✗", "red"),
}
_REMOTE = {
    job_offer_pb2.REMOTE_POLICY_ON_SITE: "on site",
    job_offer_pb2.REMOTE_POLICY_HYBRID: "hybrid",
    job_offer_pb2.REMOTE_POLICY_REMOTE: "remote",
}


async def show(connection: Connection, name: str, lines: bool, as_json: bool) -> ExitCode:
    """Shows an application, or, with ``lines``, every printed line and what it rests on."""
    application = await application_named(connection, name)
    if as_json:
        print_json(application)
        return ExitCode.OK
    story = await story_of(connection, application)
    view = lines_view(application, story) if lines else summary_view(application, story)
    results().print(view)
    return ExitCode.OK


async def show_status(connection: Connection, name: str, as_json: bool) -> ExitCode:
    """Shows where an application has been, and where it may go."""
    application = await application_named(connection, name)
    if as_json:
        for change in application.status_changes:
            print_json(change)
        return ExitCode.OK
    results().print(status_view(application))
    return ExitCode.OK


def status_view(application: Application) -> RenderableType:
    """Returns each step of an application, and those that a person may take next."""
    history = Table.grid(padding=(0, 2))
    for change in application.status_changes:
        name = status_name(change.to_status)
        history.add_row(when(change.change_time), Text(name, STATUS_STYLES.get(name, "")))
    steps = next_steps(application)
    return Group(
        words(heading(application), "bold"),
        indented(history, 2),
        Text(f"Next: {', '.join(steps)}" if steps else "Nothing follows."),
        Text(f"cvtailor status set {short(application.id)} {steps[0]}" if steps else "", "dim"),
    )


def next_steps(application: Application) -> tuple[str, ...]:
    """Returns where a person may put an application from where it stands."""
    changes = application.status_changes
    came_from = status_name(changes[-1].from_status) if changes and changes[-1].from_status else ""
    return tuple(steps_from(status_name(application.status), came_from))


def summary_view(application: Application, story: RunStory) -> RenderableType:
    """Returns everything about an application but its lines."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(no_wrap=True, style="bold")
    facts.add_column()
    for label, value in _facts(application, story):
        facts.add_row(label, words(value))
    parts: list[RenderableType] = [
        words(heading(application), "bold"),
        Text(application.id, "cyan"),
        Text(),
        facts,
    ]
    for title, part in (
        ("Match", list(_match(application, story))),
        ("To do", list(_actions(application))),
        ("Notes", [words(application.notes.rstrip())] if application.notes.strip() else []),
    ):
        if part:
            parts += [Text(), Text(title, "bold"), *(indented(each, 2) for each in part)]
    return Group(*parts)


def _facts(application: Application, story: RunStory) -> Iterable[tuple[str, str]]:
    steps = [status_name(change.to_status) for change in application.status_changes]
    since = f" since {when(application.status_changes[-1].change_time)}" if steps else ""
    past = f" ({' → '.join(steps)})" if len(steps) > 1 else ""
    yield "Status", f"{status_name(application.status)}{since}{past}"
    if application.HasField("failure"):
        yield "Failure", application.failure.message
    if story.offer:
        yield "Offer", offer_line(story.offer)
    if application.cv_version:
        yield "CV", f"version {application.cv_version}, {counted(pages_of(application), 'page')}"
    told = len(application.versions) > 1 or any(version.feedback for version in application.versions)
    for version in application.versions if told else ():
        wish = f": “{version.feedback}”" if version.feedback else ""
        parent = f" from {version.parent_version}" if version.parent_version else ""
        yield "", f"{version.version}{parent}, {when(version.create_time)}{wish}"
    if application.documents:
        yield (
            "Documents",
            ", ".join(f"{each.name} ({size(each.size_bytes)})" for each in application.documents),
        )
    if application.HasField("provenance"):
        made, counts = application.provenance, tally_of(application.provenance.changes)
        yield "Made by", f"{made.engine}, cvtailor {made.app_version}"
        yield "Lines", counts
    if application.HasField("model_use"):
        yield "Models", use_of(application.model_use)
    if application.HasField("submission"):
        sent = application.submission
        kinds = ", ".join(message.kind for message in sent.messages)
        documents = counted(len(sent.documents), "document")
        yield (
            "Sent",
            f"{when(sent.submit_time)}: CV version {sent.cv_version}, {documents}"
            + (f", {kinds}" if kinds else ""),
        )


def offer_line(offer: job_offer_pb2.JobOffer) -> str:
    """Returns the terms of an offer, as far as the ad says them."""
    deadline, pay = day(offer.deadline), offer.salary
    top = f"–{pay.maximum:,}" if pay.maximum else ""
    terms = (
        offer.location,
        _REMOTE.get(offer.remote_policy, ""),
        offer.employment_type.replace("_", " "),
        offer.seniority,
        f"{pay.currency_code} {pay.minimum:,}{top} a {pay.period}" if pay.minimum else "",
        f"until {deadline}" if deadline else "",
        " ".join(each for each in (offer.contact_name, offer.contact_email) if each),
    )
    return "; ".join(each for each in terms if each) or "the ad says no terms"


def _match(application: Application, story: RunStory) -> Iterable[RenderableType]:
    """Yields what each requirement rests on; what is kept of it, if the events are gone."""
    if story.coverage:
        yield Text(f"{story.coverage.must:.0%} of the must-haves, {story.coverage.nice:.0%} of the others")
    if story.report:
        asked, base = story.requirements(), base_lines(application)
        for match in story.report.matches:
            mark, style = _ANSWERS.get(match.status, ("?", ""))
            requirement = asked.get(match.requirement_id)
            text = Text(f"{mark} ", style).append(harmless(requirement.text if requirement else match.reason))
            if requirement and requirement.priority == job_offer_pb2.Requirement.PRIORITY_NICE:
                text.append("  nice to have", "dim")
            yield text
            for id in match.evidence_ids[:_EVIDENCE_SHOWN_MAX]:
                line = words(quoted(id, base, application), "dim")
                yield indented(cut_to_fit(line), 4)
    gaps = story.report.gaps if story.report else story.completed.gaps if story.completed else ()
    if gaps:
        yield words(f"Gaps: {', '.join(gaps)}", "yellow")


def base_lines(application: Application) -> Mapping[str, str]:
    """Returns the words of the base CV's lines by id, as far as the application quotes them."""
    # Facts are copied, so what is printed of one is what the base CV says.
    lines = {
        claim.evidence_ids[0]: claim.text
        for claim in application.claims
        if len(claim.evidence_ids) == 1 and not claim.id.startswith(("letter[", "email["))
    }
    for change in application.provenance.changes:
        texts = change.before.split("\n")
        if len(texts) == len(change.evidence_ids):
            lines.update(zip(change.evidence_ids, texts, strict=True))
    return lines


def quoted(id: str, base: Mapping[str, str], application: Application) -> str:
    """Returns an id with the words of its line; of a fact, such as a date, with its entry."""
    place, _, _ = id.rpartition(".")
    entries = (
        change.entry
        for change in application.provenance.changes
        if any(each.rpartition(".")[0] == place for each in change.evidence_ids)
    )
    return f"{id}  {base.get(id) or next(entries, '')}".rstrip()


def _actions(application: Application) -> Iterable[Text]:
    for _, point in in_order(ToDo(application, each) for each in application.action_points):
        due = day(point.due_date)
        yield words(f"{due or 'no date   '}  {point.title}")


def lines_view(application: Application, story: RunStory) -> RenderableType:
    """Returns every line of CV, letter and e-mail with the lines of the base CV it rests on."""
    if not application.provenance.changes:
        return Text("There is no CV yet.")
    base = base_lines(application)
    parts: list[RenderableType] = [
        words(heading(application), "bold"),
        *lines_of(application.provenance.changes, story.reasons),
    ]
    for document, title in (("letter", "Letter"), ("email", "E-mail")):
        claims = [claim for claim in application.claims if claim.id.startswith(f"{document}[")]
        if claims:
            parts += [Text(), Text(title, "bold")]
        for claim in claims:
            parts.append(indented(words(claim.text), 4))
            rests = [quoted(id, base, application) for id in claim.evidence_ids] or ["a courtesy"]
            parts += [indented(words(each, "dim cyan"), 8) for each in rests]
    return Group(*parts)
