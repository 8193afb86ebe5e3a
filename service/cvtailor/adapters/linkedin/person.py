"""Who the person is: Profile.csv, and the addresses and numbers in files beside it."""

import re
from collections.abc import Mapping

from cvtailor.adapters.embedded_engine.cv_readers.cv_builder import CvBuilder
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.links import profile_of, web_url
from cvtailor.adapters.embedded_engine.cv_readers.our_titles import title_of
from cvtailor.adapters.linkedin.tables import Row
from cvtailor.domain.base_cv import EntryKind, ProfileLink, SectionKind, SourcePosition

_PROFILE, _SUMMARY = "Profile.csv", "Profile Summary.csv"
_EMAILS, _PHONES = "Email Addresses.csv", "PhoneNumbers.csv"
PERSON_FILES: Mapping[str, tuple[str, ...]] = {
    _PROFILE: ("First Name", "Last Name"),
    _SUMMARY: ("Profile Summary", "Summary"),
    _EMAILS: ("Email Address",),
    _PHONES: ("Number",),
}
"""Files about the person as such, and columns one of which their header has."""

_PRIVATE = ("Maiden Name", "Address", "Birth Date", "Zip Code")
# [PORTFOLIO:https://ada.example,OTHER:ada.example/talks]
_LABELLED = re.compile(r"^[A-Z_ ]+:(?!//)")


def read_person(tables: Mapping[str, list[Row]], builder: CvBuilder, language: str) -> None:
    """Reads name, contact data and summary into ``builder``."""
    summary: list[Scalar] = []
    for index, row in enumerate(tables.get(_PROFILE, ())):
        if index == 0:
            summary = _read_profile(row, builder)
        builder.leave_out(row.rest(), "no place for it in the head of a CV")
    _read_channel(tables.get(_EMAILS, ()), "email", "Email Address", builder)
    _read_channel(tables.get(_PHONES, ()), "phone", "Number", builder)
    for row in tables.get(_SUMMARY, ()):
        known = {line.value for line in summary}
        summary += [line for line in row.lines("Profile Summary", "Summary") if line.value not in known]
        builder.leave_out(row.rest(), "no place for it in the head of a CV")
    if summary:
        position = SourcePosition(path=summary[0].path)
        section = builder.section(title_of(SectionKind.SUMMARY, language), SectionKind.SUMMARY, position)
        for line in summary:
            section.add_line(EntryKind.TEXT, line)


def _read_profile(row: Row, builder: CvBuilder) -> list[Scalar]:
    contact = builder.contact
    names = (row.text("First Name").value, row.text("Last Name").value)
    contact.name = " ".join(filter(None, names))
    contact.headline = row.text("Headline") or None
    contact.location = row.text("Geo Location", "Location").value
    _add_profile(row.text("Profile URL", "Public Profile URL"), builder)
    for website in _listed(row.text("Websites")):
        _add_profile(website, builder)
    for handle in _listed(row.text("Twitter Handles")):
        contact.profiles.append(ProfileLink(network="X", username=handle.value.removeprefix("@")))
    for column in _PRIVATE:
        builder.leave_out([row.text(column)], "private; a CV does without it")
    return row.lines("Summary")


def _listed(cell: Scalar) -> list[Scalar]:
    parts = cell.value.removeprefix("[").removesuffix("]").split(",")
    bare = (_LABELLED.sub("", part.strip()).strip() for part in parts)
    return [Scalar(part, None, cell.path) for part in bare if part]


def _add_profile(address: Scalar, builder: CvBuilder) -> None:
    url = web_url(address.value)
    if not url:
        builder.leave_out([address], "not a web address (http or https)")
    elif profile := profile_of(url):
        builder.contact.profiles.append(profile)
    else:
        builder.contact.add("website", url)


def _read_channel(rows: list[Row] | tuple[Row, ...], channel: str, column: str, builder: CvBuilder) -> None:
    """Takes the address that LinkedIn calls primary, else the first; one is what a CV shows."""
    # A stable sort: `Primary` is "Yes" or "No", and missing for phone numbers.
    for row in sorted(rows, key=lambda row: row.text("Primary").value.casefold() != "yes"):
        value = row.text(column)
        for column_about_it in ("Confirmed", "Updated On", "Type"):
            row.text(column_about_it)
        if value and not getattr(builder.contact, channel):
            builder.contact.add(channel, value.value)
        elif value.value != getattr(builder.contact, channel):
            builder.leave_out([value], f"another {channel}; a CV shows one")
        builder.leave_out(row.rest(), "no place for it in the head of a CV")
