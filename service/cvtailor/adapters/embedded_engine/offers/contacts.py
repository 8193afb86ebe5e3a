"""Reads whom an applicant may turn to."""

import re

from cvtailor.adapters.embedded_engine.offers.found import Found
from cvtailor.adapters.embedded_engine.offers.roles import names_a_role

_EMAIL = re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9][\w-]*(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_PERSON = r"(?:(?:Dr|Prof)\.?\s){0,3}(?:[A-ZÀ-Ý][\w'’-]+[^\S\n]){1,4}[A-ZÀ-Ý][\w'’-]+"
_CUE = (
    r"(?i:contacts?|contact person|ansprechpartner(?:in)?|ihr kontakt|kontakt|hiring manager|questions?|"
    r"fragen|informal (?:visit|chat|discussion)[^.:\n]{0,60}?|"
    r"personne à contacter|contacto|persona de contacto|interlocut\w+)"
)
_LINK = r"\s?(?i:is|ist|to|beantwortet|:|an|für Sie ist|please contact|contact)*\s*:?\s*"
_OFFICE = (
    r"(?i:our|your|unsere?|ihre?|the|please contact|head of|matron|frau|herr(?:n)?|mr|mrs|ms|mx|mme|m|sr|sra|"
    r"\w+leiter(?:in)?|schulleiter(?:in)?)?\.?:?\s?"
)
_ADDRESSING = (
    r"(?i:to|an|à|a|write to|contact|auprès de|beantwortet(?: unsere?)?)\s"
    r"(?:(?i:frau|herrn?|mr|mrs|ms|mme|m|sr|sra|unser\w*)\.?\s)?"
)
_CONTACT_CUES = (
    re.compile(rf"{_CUE}{_LINK}{_OFFICE}(?P<name>{_PERSON})"),
    re.compile(rf"{_ADDRESSING}(?P<name>{_PERSON})(?=\s*[,(<]|\s+(?i:at|via|unter|gern|vorab))"),
    re.compile(rf"(?P<name>{_PERSON})\s*[,(|<–-]{{1,2}}\s*(?:[^,\n@]{{0,40}}[,|(<]\s*)?(?=[\w.+-]+@)"),
)
_NOT_A_PERSON = re.compile(
    r"(?i)\b(?:team|department|recruit\w*|human|resources|office|hr|talent|section|school|"
    r"hospital|university|gmbh|ltd|inc|please|"
    r"head|manager|matron|application|bewerbung|personal\w*abteilung|our|the|we|you)\b"
)


def find_contact_email(text: str) -> Found[str] | None:
    """Returns the first e-mail address."""
    match = _EMAIL.search(text)
    return (
        Found(match[0].rstrip("."), match.start(), match.start() + len(match[0].rstrip(".")))
        if match
        else None
    )


def find_contact_name(text: str) -> Found[str] | None:
    """Returns the person an applicant may turn to."""
    for pattern in _CONTACT_CUES:
        for match in pattern.finditer(text):
            person = _person(match)
            if person:
                return person
    return None


def _person(match: re.Match[str]) -> Found[str] | None:
    """Returns the name without the office that stands before it (``Schulleiter Henning Fährmann``)."""
    words = match["name"].split()
    while len(words) > 2 and (_NOT_A_PERSON.search(words[0]) or names_a_role(words[0])):
        words = words[1:]
    name = " ".join(words)
    if "\n" in match["name"] or _NOT_A_PERSON.search(name):
        return None
    at = match.end("name") - len(match["name"].split(maxsplit=len(match["name"].split()) - len(words))[-1])
    return Found(name, at, match.end("name"))
