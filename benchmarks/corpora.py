"""The CVs and job ads that the engine is measured on: the examples, and public ones if they are there."""

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple

from cvtailor.domain.base_cv import CvFormat, CvSource

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
DATA = ROOT.parent / "shared" / "data"
_FORMATS = {
    ".yaml": CvFormat.RENDERCV_YAML,
    ".json": CvFormat.JSON_RESUME,
    ".md": CvFormat.MARKDOWN,
    ".txt": CvFormat.PLAIN_TEXT,
}
_PUBLIC_CVS = (
    "jsonresume_complete.json",
    "jsonresume_ex_career-changer.json",
    "jsonresume_ex_new-grad.json",
    "jsonresume_ex_senior-engineer.json",
    "jsonresume_sample.json",
)
_NO_SPACE_BEFORE = frozenset(".,;:!?)]%’")
_NO_SPACE_AFTER = frozenset("([")


class NamedCv(NamedTuple):
    """A CV as a person would send it."""

    name: str
    source: CvSource


class Ad(NamedTuple):
    """A job ad and the language its source is in."""

    name: str
    language: str
    text: str


def example_names() -> list[str]:
    """Returns the names of the examples."""
    return sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir())


def example(name: str) -> tuple[NamedCv, Ad]:
    """Returns an example's CV and ad."""
    file = next(path for path in (EXAMPLES / name).glob("cv.*") if path.suffix in _FORMATS)
    ad = (EXAMPLES / name / "job.txt").read_text(encoding="utf-8")
    return NamedCv(name, _source(file)), Ad(name, "", ad)


def _source(file: Path) -> CvSource:
    return CvSource(format=_FORMATS[file.suffix], content=file.read_bytes())


def public_cvs(data: Path) -> list[NamedCv]:
    """Returns the six public CVs."""
    files = [data / name for name in _PUBLIC_CVS]
    files += sorted((data / "rendercv_examples").glob("*.yaml"))[:1]
    return [NamedCv(file.stem, _source(file)) for file in files if file.exists()]


def public_ads(data: Path, per_source_max: int) -> list[Ad]:
    """Returns up to so many ads of each source: English, Danish and French ones."""
    sources: tuple[Iterable[Ad], ...] = (
        _skillspan(data),
        _jsonresume(data),
        _kompetencer(data),
        _french(data),
    )
    return [ad for source in sources for ad in islice(source, per_source_max)]


def _skillspan(data: Path) -> Iterator[Ad]:
    for file in sorted(data.glob("en_skillspan_*.json")):
        rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        for at, sentences in groupby(rows, key=lambda row: row["idx"]):
            lines = [_spaced(sentence["tokens"]) for sentence in sentences]
            yield Ad(f"{file.stem}-{at}", "en", "\n".join(lines))


def _jsonresume(data: Path) -> Iterator[Ad]:
    file = data / "jsonresume_match_corpus.json"
    if not file.exists():
        return
    for job in json.loads(file.read_text(encoding="utf-8"))["jobs"]:
        skills = [f"- {skill['name']} ({', '.join(skill['keywords'])})" for skill in job["skills"]]
        lines = [job["title"], job["company"], job["salary"] or "", job["description"], "Requirements"]
        yield Ad(f"jsonresume-{job['id']}", "en", "\n".join([*lines, *skills]))


def _kompetencer(data: Path) -> Iterator[Ad]:
    """The Danish sentences; where one ad ends is not marked, so each twelve of them make one."""
    file = data / "da_kompetencer_train.conll"
    if not file.exists():
        return
    blocks = file.read_text(encoding="utf-8").replace("\t\t\n", "\n").split("\n\n")
    sentences = iter(
        _spaced([line.split("\t")[0] for line in block.splitlines() if line]) for block in blocks
    )
    for at in range(len(blocks) // 12):
        yield Ad(f"kompetencer-{at}", "da", "\n".join(islice(sentences, 12)))


def _french(data: Path) -> Iterator[Ad]:
    file = data / "fr_cs_job_offers_final.csv"
    if not file.exists():
        return
    with file.open(encoding="utf-8", newline="") as rows:
        for at, row in enumerate(csv.DictReader(rows)):
            skills = [skill.strip(" '") for skill in row["skills"].strip("[]").split(",")]
            lines = [row["job_title"], row["company_name"], f"Lieu : {row['city']} ({row['department']})"]
            lines += [f"Contrat : {row['contract_type']}", "Profil recherché", f"- {row['niveau_etude']}"]
            lines += [f"- {row['experience']} ans d'expérience"] if row["experience"] else []
            lines += [f"- Connaissance de {skill}" for skill in dict.fromkeys(skills) if skill]
            yield Ad(f"fr-{at}", "fr", "\n".join(lines))


def _spaced(tokens: Iterable[str]) -> str:
    """Joins tokens as they were written."""
    text = ""
    for token in tokens:
        glued = token[:1] in _NO_SPACE_BEFORE or text[-1:] in _NO_SPACE_AFTER
        text += token if glued or not text else f" {token}"
    return text
