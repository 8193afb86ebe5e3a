"""Documents that attack plain rendercv, through the real reader and the real typesetter."""

import socket
from pathlib import Path

import pytest
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.adapters.rendering import RendercvTypesetter
from cvtailor.adapters.rendering.press import Press
from cvtailor.domain.application import Theme
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource
from cvtailor.domain.errors import InvalidInput, Reason
from pdf_reading import pages_of, text_of

from tests.adapters.embedded_engine.cv_readers.pdf_making import as_it_is, typeset_as_it_is

CV = "cv:\n  name: Ada Byron\n{}  sections:\n    Notes:\n      - Weaves algebra.\n{}"
PHOTOS = [
    "/etc/passwd",
    "../../secret.png",
    "http://127.0.0.1:{port}/photo.png",
    "file:///etc/passwd",
    "'data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIj48L3N2Zz4='",
    "photo.svg",
]
SECRET = "<svg xmlns='http://www.w3.org/2000/svg'><text>thesecretofthisfile</text></svg>"


def read(yaml: str) -> BaseCv:
    return read_cv(CvSource(format=CvFormat.RENDERCV_YAML, content=yaml.encode()))


def told(cv: BaseCv) -> dict[str, str]:
    return {lost.text: lost.reason for lost in cv.unplaced}


@pytest.fixture(scope="module")
def plain_pdf(press: Press) -> bytes:
    return typeset_as_it_is(press, read(CV.format("", "")), Theme.CLASSIC)


@pytest.mark.parametrize("photo", PHOTOS)
def test_a_photo_that_is_named_is_neither_opened_nor_fetched_and_its_owner_is_told(
    photo: str, press: Press, plain_pdf: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "photo.svg").write_text(SECRET)
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        named = photo.format(port=server.getsockname()[1])
        cv = read(CV.format(f"  photo: {named}\n", ""))
        assert told(cv) == {named.strip("'"): "photos are not taken from documents"}
        assert typeset_as_it_is(press, cv, Theme.CLASSIC) == plain_pdf
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    "part",
    [
        "design:\n  theme: ./hostile\n",
        "design:\n  theme: classic\n  templates:\n    main_column: '#read(\"/etc/passwd\")'\n",
        'design:\n  typography:\n    font_family: \'"; #read("x")\'\n',
        "design: /etc/passwd\n",
        'locale:\n  language: \'"; #read("x")\'\n',
        "settings:\n  render_command:\n    pdf_path: ../out.pdf\n    design: /etc/passwd\n",
    ],
)
def test_a_document_sets_no_theme_font_template_or_path(
    part: str, press: Press, plain_pdf: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "inside"
    (inside / "hostile").mkdir(parents=True)
    (inside / "hostile" / "__init__.py").write_text("raise SystemExit('the theme ran')\n")
    monkeypatch.chdir(inside)
    cv = read(CV.format("", part))
    assert typeset_as_it_is(press, cv, Theme.CLASSIC) == plain_pdf
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["__init__.py", "hostile", "inside"]
    if part.startswith("design"):
        assert told(cv) == {"design": "the look is chosen in the request's options, not in the CV"}


@pytest.mark.parametrize("hidden", ["\\u202e", "\\u2066", "\\u200b", "\\e", "\\0", "\\a", "\\uFDD0"])
def test_hidden_characters_are_in_no_pdf_and_their_owner_is_told(hidden: str, press: Press) -> None:
    cv = read(CV.format("", f'    More:\n      - "Engines{hidden} of {hidden}every kind"\n'))
    seen = text_of(typeset_as_it_is(press, cv, Theme.CLASSIC))
    assert "Engines of every kind" in seen
    assert not set(seen) & set("\u202e\u2066\u200b\x1b\x00\x07\ufdd0")
    (notice,) = told(cv).values()
    assert notice.startswith("2 × ")
    assert notice.endswith("removed, first on this line")


async def test_a_thousand_sections_are_typeset(typesetter: RendercvTypesetter) -> None:
    sections = "".join(f"    Part {number}:\n      - Line {number}\n" for number in range(1_000))
    cv = read(f"cv:\n  name: Ada\n  sections:\n{sections}")
    rendered = await typesetter.render(as_it_is(cv), Theme.CLASSIC)
    pages = pages_of(rendered.pdf)
    assert "Line 0" in pages[0]
    assert "Line 999" in pages[-1]


@pytest.mark.parametrize(
    ("yaml", "says"),
    [
        (CV.format("", "    More:\n      - " + "x" * 10_000_000), "bytes; at most 1,048,576"),
        (CV.format("", "    More:\n      - " + "x" * 1_000_000), "8,000"),
        (CV.format("", "    More:\n" + "      - x\n" * 5_000), "at most 4,000"),
    ],
)
def test_a_document_that_is_too_large_is_refused_with_what_to_do(yaml: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as refused:
        read(yaml)
    assert (refused.value.reason, refused.value.field) == (Reason.CV_UNREADABLE, "base_cv.rendercv_yaml")
    assert refused.value.message.endswith(("Send the text alone.", "into lines.", "Send a shorter one."))
