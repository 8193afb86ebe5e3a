"""Reads the labelled cases; a file that breaks the format is refused whole."""

import unicodedata
from pathlib import Path
from typing import Literal, Self, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal["facts", "numbers", "cross_role", "skills", "verbs", "outcomes", "ad_keywords", "hidden"]
Label = Literal["fabricated", "faithful"]
Target = Literal["line", "headline", "summary", "skill", "fact", "letter"]
Language = Literal["en", "de", "fr", "es"]
Split = Literal["dev", "test"]

KINDS: tuple[Kind, ...] = get_args(Kind)
LABELS: tuple[Label, ...] = get_args(Label)
LANGUAGES: tuple[Language, ...] = get_args(Language)
SPLITS: tuple[Split, ...] = get_args(Split)


class _Parsed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Role(_Parsed):
    """The facts of one entry of the CV, as far as the case needs them; dates are ``YYYY`` or ``YYYY-MM``."""

    organisation: str = ""
    title: str = ""
    degree: str = ""
    location: str = ""
    start_date: str = Field(default="", pattern=r"^(\d{4}(-\d{2})?)?$")
    end_date: str = Field(default="", pattern=r"^(\d{4}(-\d{2})?|present)?$")


class Contact(_Parsed):
    """The contact data of the CV."""

    email: str = ""
    phone: str = ""
    website: str = ""


class OtherEntry(_Parsed):
    """Another entry of the same CV, which the claim does not cite."""

    role: Role
    lines: list[str] = Field(min_length=1)


class Case(_Parsed):
    """One claim, the evidence it cites, and whether the evidence supports it.

    Attributes:
        id: ``LANGUAGE-SPLIT-KIND-NNN``.
        target: Where in the application the claim stands.
        role: The entry that the claim stands in or speaks of.
        lines: The lines of that entry.
        skills: The items of the CV's skills section.
        offer: The job ad, as far as the case needs it.
        cites: Indices into ``lines``.
        field: For the target ``fact`` only: a field of ``role``, or ``contact.`` and one of ``contact``.
        why: Why the label is what it is.
    """

    id: str = Field(pattern=r"^(en|de|fr|es)-(dev|test)-[a-z_]+-\d{3}$")
    kind: Kind
    label: Label
    target: Target
    role: Role = Role()
    contact: Contact = Contact()
    lines: list[str] = []
    other: OtherEntry | None = None
    skills: list[str] = []
    offer: str = ""
    cites: list[int] = []
    field: str = ""
    claim: str = Field(min_length=1)
    why: str = Field(min_length=3)

    @property
    def cited(self) -> list[str]:
        """The lines that the claim cites."""
        return [self.lines[index] for index in self.cites]

    @property
    def fact(self) -> str:
        """What the CV holds in ``field``; empty if it holds nothing there."""
        holder, name = (
            (self.contact, self.field[8:]) if self.field.startswith("contact.") else (self.role, self.field)
        )
        return str(getattr(holder, name, ""))

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if any(not 0 <= index < len(self.lines) for index in self.cites):
            raise ValueError(f"{self.id}: cites a line that is not there")
        if (self.target == "fact") != bool(self.field):
            raise ValueError(f"{self.id}: the target fact, and only it, names a field")
        for fault, says in (
            (self.target == "fact" and not self.fact, "the field holds nothing"),
            (self.target == "line" and not self.cites, "a line cites nothing"),
            (
                not (self.cites or self.skills or self.role != Role() or self.contact != Contact()),
                "no evidence",
            ),
            (self.kind == "cross_role" and self.other is None, "cross_role needs another entry"),
            (self.kind == "ad_keywords" and not self.offer, "ad_keywords needs an offer"),
            (
                self.target == "fact" and self._same_fact != (self.label == "faithful"),
                "label against the fact",
            ),
            (
                self.label == "fabricated" and self.claim in [*self.cited, *self.skills],
                "the evidence verbatim",
            ),
        ):
            if fault:
                raise ValueError(f"{self.id}: {says}")
        return self

    @property
    def _same_fact(self) -> bool:
        return unicodedata.normalize("NFC", self.claim) == unicodedata.normalize("NFC", self.fact)


def read_cases(split: Split, language: Language) -> list[Case]:
    """Reads one file of cases.

    Raises:
        ValueError: A case breaks the format (``pydantic.ValidationError``), its id is used twice, or the id
            does not say its file and kind.
    """
    path = Path(__file__).with_name(f"{split}_{language}.yaml")
    cases = [Case.model_validate(case) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]
    for case in cases:
        if case.id.rsplit("-", 1)[0] != f"{language}-{split}-{case.kind}":
            raise ValueError(f"{path.name}: {case.id} does not belong to this file and kind")
    if len({case.id for case in cases}) != len(cases):
        raise ValueError(f"{path.name}: an id is used twice")
    return cases
