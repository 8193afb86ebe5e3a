"""CVs that are no two alike: Typst sets the same text a second time in a fraction of the time."""

import random
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import yaml
from cvtailor.domain.base_cv import Contact, EntryKind, SectionKind
from cvtailor.domain.tailored_cv import Claim, TailoredCv, TailoredEntry, TailoredSection
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2

from benchmarks.service_process import EXAMPLES, example

JOBS_PER_PAGE = 3
PAGE_LIMIT_MAX = 4
"""Of the contract."""

_BULLETS_PER_JOB = 9
_ENGINEER = yaml.safe_load((EXAMPLES / "engineer" / "cv.yaml").read_text())
_TEXTS = [text for job in _ENGINEER["cv"]["sections"]["experience"] for text in job["highlights"]]
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"


def new_word() -> str:
    """Returns a word that is in no CV yet, and can be said."""
    syllables = (random.choice(_CONSONANTS) + random.choice(_VOWELS) for _ in range(5))  # noqa: S311
    return "".join(syllables).capitalize()


def engineer(word: str) -> cv_generator_pb2.GenerateApplicationRequest:
    """Returns the engineer's example with a word of its own in the name and in each bullet point."""
    request = example("engineer")
    cv = yaml.safe_load(request.base_cv.rendercv_yaml)
    _mark(cv, word)
    request.base_cv.rendercv_yaml = yaml.safe_dump(cv, allow_unicode=True, sort_keys=False)
    return request


def _mark(cv: dict[str, Any], word: str) -> None:
    cv["cv"]["name"] += f" {word}"
    for entries in cv["cv"]["sections"].values():
        for entry in entries:
            if isinstance(entry, dict) and "highlights" in entry:
                entry["highlights"] = [f"{text.removesuffix('.')}, {word}." for text in entry["highlights"]]


def long_request(pages: int) -> cv_generator_pb2.GenerateApplicationRequest:
    """Returns a request with a base CV of about so many pages, to be fitted to as many as one may ask for."""
    jobs = [
        {
            "company": job.organisation,
            "position": job.title,
            "start_date": job.start_date,
            "end_date": job.end_date,
            "highlights": [claim.text for claim in job.highlights],
        }
        for job in _jobs(pages)
    ]
    cv = {"cv": {"name": f"Lena {new_word()}", "sections": {"experience": jobs}}}
    return cv_generator_pb2.GenerateApplicationRequest(
        request_id=str(uuid4()),
        base_cv=cv_generator_pb2.BaseCv(rendercv_yaml=yaml.safe_dump(cv, allow_unicode=True)),
        posting=example("engineer").posting,
        options=cv_generator_pb2.GenerationOptions(page_limit=min(pages, PAGE_LIMIT_MAX)),
    )


def long_cv(pages: int) -> TailoredCv:
    """Returns a tailored CV of about so many pages."""
    section = TailoredSection(
        key="experience", kind=SectionKind.EXPERIENCE, title="Experience", entries=tuple(_jobs(pages))
    )
    return TailoredCv(contact=Contact(name=f"Lena {new_word()}"), sections=(section,))


def _jobs(pages: int) -> Iterator[TailoredEntry]:
    word = new_word()
    for n in range(pages * JOBS_PER_PAGE):
        texts = (_TEXTS[(n * _BULLETS_PER_JOB + k) % len(_TEXTS)] for k in range(_BULLETS_PER_JOB))
        # Bullet points of nobody are alike, so none of them is set twice.
        yield TailoredEntry(
            source_id=f"experience[{n}]",
            kind=EntryKind.EXPERIENCE,
            organisation=f"{word} {n} GmbH",
            title="Backend Engineer",
            start_date=f"{2024 - n % 40}-02",
            end_date=f"{2025 - n % 40}-01",
            highlights=tuple(
                Claim(
                    id=f"experience[{n}].highlights[{k}]",
                    text=f"{text.removesuffix('.')}, {word} {n}.{k}.",
                    evidence_ids=(f"experience[{n}].highlights[{k}]",),
                )
                for k, text in enumerate(texts)
            ),
        )
