"""What comes out: PDF, pictures, sources, measurements."""

import os
import shutil
import signal
import struct
import subprocess
import sys
from datetime import date
from io import BytesIO
from itertools import pairwise

import pytest
from cvtailor.adapters.rendering.document import rendercv_document
from cvtailor.adapters.rendering.packages import install_packages
from cvtailor.adapters.rendering.typst_markup import plain_text
from cvtailor.domain.application import Theme
from cvtailor.domain.base_cv import Contact, EntryKind, SectionKind
from cvtailor.domain.tailored_cv import TailoredCv
from pdf_reading import links_of, metadata_of, pages_of, squeezed, text_of
from PIL import Image
from rendercv.renderer.templater.connections import fontawesome_icons
from rendercv.schema.rendercv_model_builder import build_rendercv_dictionary_and_model
from rendering_samples import contact_cv, entry, full_cv, highlights_cv, section, text_cv

TODAY = date(2026, 11, 22)
INSTALL_AND_DIE = """
import os, pathlib, signal, sys
from cvtailor.adapters.rendering import packages
packages._rows = lambda: os.kill(os.getpid(), signal.SIGKILL)
packages.install_packages(pathlib.Path(sys.argv[1]))
"""


@pytest.mark.parametrize("theme", list(Theme))
def test_every_theme_prints_every_word_and_no_private_characters(theme: Theme, render) -> None:
    cv = full_cv()
    rendered = render(cv, theme)
    text = text_of(rendered.pdf)
    for claim in cv.claims():
        assert squeezed(plain_text(claim.text)) in squeezed(text)
    for fact in (
        "Katharina Vogel",
        "Lumen Payments GmbH",
        "Bachelor of Science in Business Informatics",
        "+49 30 901820",
        "katharina.vogel@example.com",
        "10.1000/182_a_b",
        "Open source",
    ):
        assert squeezed(fact) in squeezed(text)
    assert not any("\ue000" <= character <= "\uf8ff" for character in text)
    assert rendered.missing_glyphs == ()


@pytest.mark.parametrize("theme", list(Theme))
def test_measuring_tells_the_pages_that_rendering_makes(theme: Theme, press, render) -> None:
    for lines in (0, 3, 6):
        cv = full_cv(lines_per_job=lines)
        fit, _ = press.lay_out(cv, theme, TODAY)
        assert fit.pages == len(render(cv, theme).page_pngs)
        assert 0 < fit.fill <= 1


@pytest.mark.parametrize("theme", list(Theme))
def test_the_pdf_made_while_fitting_is_that_of_the_stored_source(theme: Theme, press) -> None:
    _, made = press.lay_out(full_cv(), theme, TODAY, page_limit=9)
    assert made == press.typeset(full_cv(), theme, TODAY)
    alone = press._compiler().compile(input=made.typst.encode(), format="pdf", pdf_standards=["a-2a", "ua-1"])
    assert made.pdf == alone


def test_a_layout_with_too_many_pages_makes_no_pdf(press) -> None:
    fit, made = press.lay_out(full_cv(lines_per_job=30), Theme.CLASSIC, TODAY, page_limit=1)
    assert fit.pages > 1
    assert made is None


def test_the_last_page_fills_line_by_line(press) -> None:
    cvs = (text_cv(*["A line."] * lines) for lines in range(25, 45))
    fits = [press.lay_out(cv, Theme.CLASSIC, TODAY)[0] for cv in cvs]
    used = [fit.pages + fit.fill for fit in fits]
    assert used == sorted(set(used))
    assert {fit.pages for fit in fits} == {1, 2}


def test_an_entry_higher_than_a_page_goes_on_on_the_next(render) -> None:
    lines = [f"Line number {number} of many." for number in range(150)]
    for cv in (highlights_cv(*lines), text_cv(*lines)):
        pages = pages_of(render(cv).pdf)
        assert len(pages) >= 3
        assert max(page.count("Line number") for page in pages) < 70
        assert sum(page.count("Line number") for page in pages) == len(lines)


def test_no_heading_is_left_alone_at_the_foot_of_a_page(render) -> None:
    work = section(
        SectionKind.EXPERIENCE,
        "Work History",
        entry(
            EntryKind.EXPERIENCE, organisation="Engine Works", title="Analyst", highlights=["One.", "Two."]
        ),
    )
    for lines in range(30, 44):
        body = text_cv(*["A line."] * lines)
        pdf = render(body.model_copy(update={"sections": (*body.sections, work)})).pdf
        (page,) = (page for page in pages_of(pdf) if "Work History" in page)
        assert "Engine Works" in page


def test_the_pdf_says_whose_it_is_and_in_which_language(render) -> None:
    cv = text_cv("Text.", name='Ada "Lovelace" \\ **Byron**', language="de")
    metadata = metadata_of(render(cv).pdf)
    assert metadata["title"] == 'Ada "Lovelace" \\ Byron - CV'
    assert metadata["author"] == 'Ada "Lovelace" \\ Byron'
    assert metadata["language"] == "de"
    assert "pdfaid:part>2<" in metadata["xmp"].replace(" ", "")
    assert "pdfuaid:part>1<" in metadata["xmp"].replace(" ", "")


def test_the_same_cv_gives_the_same_bytes(render) -> None:
    first, second = (render(full_cv()) for _ in range(2))
    assert first == second


def test_links_of_the_header_and_of_lines_are_live(render) -> None:
    cv = full_cv()
    assert set(links_of(render(cv).pdf)) == {
        "mailto:katharina.vogel@example.com",
        "tel:+49-30-901820",
        "https://katharinavogel.example.com",
        "https://github.com/kvogel",
        "https://linkedin.com/in/katharina-vogel",
        "https://www.kaggle.com/kvogel",
        "https://github.com/kvogel/pgledger",
        "https://doi.org/10.1000/182_a_b",
    }


def test_pictures_are_a4_at_108_pixels_an_inch(render) -> None:
    (picture,) = render(text_cv("Text.")).page_pngs
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (893, 1263)


@pytest.mark.parametrize("language", ["ar", "de", "hi", "ja", "ru", "sv", "vi", "xx", "../etc"])
def test_every_language_is_typeset(language: str, render) -> None:
    assert render(full_cv(language=language)).pdf.startswith(b"%PDF")


def test_headings_and_dates_follow_the_language(render) -> None:
    text = text_of(render(full_cv(language="de")).pdf)
    assert "Berufserfahrung" in text
    assert "März 2021 – heute" in text


def test_a_cv_reads_from_right_to_left_if_its_words_do(render) -> None:
    english, hebrew = (text_cv(words * 20, language="he") for words in ("plain words ", "מילים פשוטות "))
    assert "text-direction: ltr" in render(english).typst
    assert "text-direction: rtl" in render(hebrew).typst


def test_characters_without_a_glyph_are_named_and_the_pdf_is_made_all_the_same(render) -> None:
    rendered = render(text_cv('Thai สวัสดี, a face 🫠, and "quotes".'))
    assert "🫠" in rendered.missing_glyphs
    assert "ส" in rendered.missing_glyphs
    assert not set('Thai quotes"') & set(rendered.missing_glyphs)
    assert "Thai" in text_of(rendered.pdf)


@pytest.mark.parametrize(
    "word",
    [
        "1e3",
        "007",
        "0o7",
        "2020-01-01",
        "12:30",
        "yes",
        "null",
        "~",
        "- x",
        "a: b",
        "#x",
        "'",
        '"',
        "*x",
        "@r",
        "!x",
        "%",
        "[",
        "{",
        "é\u00a0x",
        ".5",
        "+1",
    ],
)
def test_rendercv_reads_its_yaml_as_what_we_wrote(word: str, render) -> None:
    cv = highlights_cv(word, f"{word} more", name=f"Ada {word}")
    read, model = build_rendercv_dictionary_and_model(render(cv).yaml)
    read["settings"].pop("render_command")
    assert read == rendercv_document(cv, Theme.CLASSIC, TODAY)
    assert model.cv.sections["Experience"][0].highlights[1].endswith("more")


@pytest.mark.parametrize("theme", list(Theme))
def test_rendercv_accepts_the_yaml_of_every_theme(theme: Theme, render) -> None:
    _, model = build_rendercv_dictionary_and_model(render(full_cv(language="fr"), theme).yaml)
    assert model.design.theme == theme.value


def test_there_is_an_icon_for_all_that_rendercv_may_ask_for(cache_dir) -> None:
    library = install_packages(cache_dir) / "preview/fontawesome/0.6.0/lib.typ"
    drawn = library.read_text("utf-8")
    for name in {*fontawesome_icons.values(), "external-link", "calendar-days"}:
        assert f'"{name}": (' in drawn
    assert "CC BY 4.0" in drawn


def test_packages_are_laid_once(tmp_path) -> None:
    folder = install_packages(tmp_path)
    library = folder / "preview/fontawesome/0.6.0/lib.typ"
    before = library.stat().st_mtime_ns
    assert install_packages(tmp_path) == folder
    assert library.stat().st_mtime_ns == before
    assert list(tmp_path.iterdir()) == [folder]


def test_what_is_missing_of_the_packages_is_laid_anew(tmp_path) -> None:
    folder = install_packages(tmp_path)
    for lost in ("preview/fontawesome/0.6.0/lib.typ", "preview/rendercv/0.3.0/typst.toml"):
        (folder / lost).unlink()
        install_packages(tmp_path)
        assert (folder / lost).is_file()


def test_the_draft_of_a_killed_process_is_removed_once_it_is_old(tmp_path) -> None:
    killed = subprocess.run([sys.executable, "-c", INSTALL_AND_DIE, tmp_path], check=False)
    assert killed.returncode == -signal.SIGKILL
    (draft,) = tmp_path.iterdir()

    folder = install_packages(tmp_path)
    assert set(tmp_path.iterdir()) == {draft, folder}  # it might be another process's that still writes

    shutil.rmtree(folder)
    os.utime(draft, (0, 0))
    assert install_packages(tmp_path) == folder
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("theme", [Theme.CLASSIC, Theme.HARVARD, Theme.SB2NOV, Theme.ENGINEERINGRESUMES])
def test_the_rule_of_every_section_is_seen_in_the_pictures(theme: Theme, render) -> None:
    rules = 0
    for picture in render(full_cv(), theme).page_pngs:
        page = Image.open(BytesIO(picture)).convert("L").point(lambda light: light < 200 and 255)
        rows = [page.crop((0, row, page.width, row + 1)).tobytes() for row in range(page.height)]
        ruled = [b"\xff" * 200 in row for row in rows]
        rules += sum(now and not before for before, now in pairwise(ruled))
    assert rules == len(full_cv().sections)


def test_missing_facts_leave_no_marks_of_the_template_behind(render) -> None:
    sparse = (
        entry(EntryKind.EDUCATION, title="Only a field", location="Bath"),
        entry(EntryKind.EDUCATION, organisation="Only a school", location="Bath"),
        entry(EntryKind.EDUCATION, degree="Only a degree"),
    )
    cv = TailoredCv(contact=Contact(name="Ada"), sections=(section(SectionKind.OTHER, "Schools", *sparse),))
    for theme in Theme:
        lines = text_of(render(cv, theme).pdf).splitlines()
        assert not [
            line for line in lines if "*" in line or ", –" in line or line.strip().startswith((",", "–"))
        ]


def test_phone_numbers_are_shown_as_written(render) -> None:
    text = text_of(render(contact_cv(phone="+1 (415) 555.0132")).pdf)
    assert "+1 (415) 555.0132" in text
