"""Reads the labelled job ads; a file that breaks the format is refused whole."""

from datetime import date
from pathlib import Path
from typing import Literal, Self, get_args

import yaml
from cvtailor.domain.job_offer import RemotePolicy, SalaryPeriod
from pydantic import BaseModel, ConfigDict, Field, model_validator

Split = Literal["dev", "test"]
Language = Literal["en", "de", "fr", "es"]

LANGUAGES: tuple[Language, ...] = get_args(Language)


class _Parsed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelledSalary(_Parsed):
    """The pay as the ad names it; ``maximum`` is missing where it names one figure."""

    minimum: float
    maximum: float | None = None
    currency: str
    period: SalaryPeriod


class LabelledOffer(_Parsed):
    """One ad and what a careful person reads in it.

    Attributes:
        id: ``LANGUAGE-SPLIT-N``.
        title: Readings that are right, as long as the ad names none better; likewise ``company`` and
            ``location``, where an empty one says that the ad may be read as naming none.
        must: The words of the ad that ask for something an applicant needs.
        nice: Those that ask for something an applicant may lack.
        skills: Tools, standards and techniques that it names.
    """

    id: str = Field(pattern=r"^(en|de|fr|es)-(dev|test)-\d+$")
    text: str
    title: list[str] = Field(min_length=1)
    company: list[str] = Field(min_length=1)
    location: list[str] = Field(min_length=1)
    remote: RemotePolicy
    salary: LabelledSalary | None
    deadline: date | None
    language: Language
    must: list[str]
    nice: list[str]
    skills: list[str]

    @model_validator(mode="after")
    def _labels_stand_in_the_text(self) -> Self:
        for label in (*self.must, *self.nice):
            if label not in self.text:
                raise ValueError(f"{self.id}: the ad does not say {label!r}")
        return self

    @property
    def split(self) -> str:
        """``dev``, which rules may be written on, or ``test``, which none was."""
        return self.id.split("-")[1]


def read_offers() -> list[LabelledOffer]:
    """Reads every labelled ad.

    Raises:
        ValueError: An ad breaks the format, or a label is not in the words of its ad.
    """
    return [
        LabelledOffer.model_validate(offer)
        for language in LANGUAGES
        for offer in yaml.safe_load(
            Path(__file__).with_name(f"offers_{language}.yaml").read_text(encoding="utf-8")
        )
    ]
