"""Writes the match report for people, as Markdown and as HTML."""

from collections.abc import Iterable, Sequence
from html import escape

from cvtailor.domain.ats import AtsCheck
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.job_offer import JobOffer, Priority
from cvtailor.domain.match_report import Coverage, LeftOut, MatchReport, MatchStatus
from cvtailor.domain.tailored_cv import AgreedMessages, CheckedDraft

_MARK = {MatchStatus.MET: "✓ met", MatchStatus.PARTLY: "~ partly", MatchStatus.UNMET: "✗ not shown"}
_HTML = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;width:100%}}td,th{{border-bottom:1px solid #ccc;padding:.4rem;
text-align:left;vertical-align:top}}code{{font-size:.85em}}</style></head><body>
{body}</body></html>
"""


def report_markdown(
    cv: BaseCv,
    offer: JobOffer,
    report: MatchReport,
    checked: CheckedDraft,
    agreed: AgreedMessages,
    before: Coverage,
    after: Coverage,
    left_out: Sequence[LeftOut],
    ats: AtsCheck,
) -> str:
    """Returns the report as Markdown: coverage, each requirement with its evidence, what was left out."""
    evidence = cv.evidence()
    requirements = {requirement.id: requirement for requirement in offer.requirements}
    lines = [
        f"# Match report: {_plain(offer.title)}" + (f", {_plain(offer.company)}" if offer.company else ""),
        "",
        (
            f"{_plain(cv.contact.name)}'s CV shows evidence for {_percent(before.must)} of the must-haves "
            f"and {_percent(before.nice)} of the nice-to-haves; the tailored CV shows "
            f"{_percent(after.must)} and {_percent(after.nice)}."
        ),
        "",
        f"- Keywords covered: {_listed(report.keywords_covered)}",
        f"- Gaps: {_listed(report.gaps)}",
        "",
        "## Requirements",
        "",
        "| Requirement | Wanted | Answer | Evidence in the CV |",
        "|---|---|---|---|",
    ]
    for match in report.matches:
        requirement = requirements[match.requirement_id]
        wanted = "must" if requirement.priority is Priority.MUST else "nice"
        quotes = "<br>".join(
            f"{_plain(evidence[id].text)} `{id}`" for id in match.evidence_ids[:3] if id in evidence
        )
        cells = (_plain(requirement.text), wanted, _MARK[match.status], quotes or _plain(match.reason))
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "## Grounding", "", f"{checked.kept} lines passed the check as they were."]
    lines += [
        f"- Refused ({item.reason.value}): {_plain(item.claim.text)}. {_plain(item.detail)}"
        + (f" In its place: {_plain(item.replacement)}" if item.replacement else "")
        for item in (*checked.rejected, *agreed.rejected)
    ]
    lines += ["", "## Read by machines", ""]
    read_by = f"The text of the PDF was extracted again ({', '.join(ats.extractors)})"
    whole = f"{ats.intact} of {ats.lines} pieces come out whole"
    lines.append(f"{read_by}: {whole}, {_percent(ats.in_order)} of the lines in order.")
    lines += [f"- {_plain(problem)}" for problem in ats.problems]
    lines += ["", "## Left out", ""]
    lines += [f"- {_plain(item.text)} `{item.evidence_id}`: {_plain(item.reason)}" for item in left_out] or [
        "Nothing."
    ]
    lines += [
        f"- Not understood, so not used (line {item.position.line or '?'}): {_plain(item.text)}. "
        f"{_plain(item.reason)}"
        for item in cv.unplaced
    ]
    return "\n".join(lines) + "\n"


def report_html(markdown: str) -> str:
    """Returns the report as a page of its own that loads and runs nothing."""
    # Imported here: it is needed once a run, not at start-up.
    from markdown_it import MarkdownIt

    page = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    title = markdown.partition("\n")[0].lstrip("# ").replace("\\", "")
    return _HTML.format(title=escape(title), body=page.replace("&lt;br&gt;", "<br>"))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(_plain(word) for word in words) or "none"


def _plain(text: str) -> str:
    """Keeps a line of somebody's text from becoming Markdown structure."""
    flat = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in flat)
