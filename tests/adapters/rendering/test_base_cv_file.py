"""A base CV of any format, written as one YAML file that its owner edits."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.adapters.rendering.base_cv_file import base_cv_yaml
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource

EXAMPLES = Path(__file__).parents[3] / "examples"
FORMATS = {
    ".yaml": CvFormat.RENDERCV_YAML,
    ".json": CvFormat.JSON_RESUME,
    ".md": CvFormat.MARKDOWN,
    ".txt": CvFormat.PLAIN_TEXT,
}
TODAY = date(2026, 1, 15)


def read(text: str, format: CvFormat = CvFormat.RENDERCV_YAML) -> BaseCv:
    return read_cv(CvSource(format=format, content=text.encode()))


def words(cv: BaseCv, but: tuple[str, ...] = ()) -> set[str]:
    texts = [found.text for id, found in cv.evidence().items() if not any(part in id for part in but)]
    return {word.strip("*[](){}.,:;·_") for text in texts for word in text.replace("](", " ").split()}


@pytest.mark.parametrize("folder", sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()))
def test_an_example_written_as_a_file_is_read_again_with_nothing_lost(folder: str) -> None:
    (path,) = (EXAMPLES / folder).glob("cv.*")
    cv = read(path.read_text(), FORMATS[path.suffix])
    again = read(base_cv_yaml(cv, TODAY))
    assert again.unplaced == ()
    # Dates are written in rendercv's way; a profile's URL follows from the network and the user's name.
    assert words(cv, but=("date", "profiles")) - words(again) == set()
    assert [section.kind for section in again.sections] == [section.kind for section in cv.sections]


def test_what_is_to_be_kept_is_still_marked() -> None:
    cv = read(
        "# Ada Muster\n\n## Experience\n\n### Welder, Acme [keep]\n\n2019 - 2020\n\n"
        "- Welded [keep]\n- Swept\n",
        CvFormat.MARKDOWN,
    )
    again = read(base_cv_yaml(cv, TODAY))
    marks = [(entry.keep, [line.keep for line in entry.highlights]) for _, entry in again.entries()]
    assert marks == [(True, [True, False])]


def test_the_file_holds_the_cv_and_nothing_of_its_looks() -> None:
    cv = read("cv:\n  name: Ada\n  sections:\n    skills: [Welding]\ndesign:\n  theme: ink\n")
    assert list(yaml.safe_load(base_cv_yaml(cv, TODAY))) == ["cv"]
