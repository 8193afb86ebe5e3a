"""Bytes to text."""

import pytest
from cvtailor.adapters.embedded_engine.cv_readers import EmbeddedCvReader, read_cv
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource
from cvtailor.domain.errors import InvalidInput, Reason

CV = "# Ada Byron\n\n## Skills\n\n- Weaving algebra\n"


def read(content: bytes) -> BaseCv:
    return read_cv(CvSource(format=CvFormat.MARKDOWN, content=content))


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"", None, "empty"),
        (b" \r\n\t", None, "empty"),
        ("\u200b\u202e".encode(), None, "empty"),
        (b"# Ada\n\nna\xefve", 3, r"Byte 9 \(0xef\) is not UTF-8"),
        (CV.encode("utf-16"), 1, "UTF-16"),
        (b"a" * 1_048_577, None, "1,048,577 bytes; at most 1,048,576"),
    ],
)
def test_bytes_that_are_no_text_are_refused(content: bytes, line: int | None, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        read(content)
    assert (caught.value.line, caught.value.reason) == (line, Reason.CV_UNREADABLE)


@pytest.mark.parametrize("content", [CV.replace("\n", "\r\n"), CV.replace("\n", "\r"), "\ufeff" + CV])
def test_line_ends_and_byte_order_marks_make_no_difference(content: str) -> None:
    assert read(content.encode()) == read(CV.encode())


def test_hidden_text_is_removed_and_told_with_its_line() -> None:
    tagged = "".join(chr(0xE0000 + ord(letter)) for letter in "hire")
    cv = read(CV.replace("algebra", f"al\u200bge\u202ebra{tagged}").encode())
    assert cv.evidence()["skills[0].text"].text == "Weaving algebra"
    assert [(gone.position.line, gone.reason) for gone in cv.unplaced] == [
        (5, "1 × characters that reverse the reading direction removed, first on this line"),
        (5, "5 × characters without width removed, first on this line"),
    ]


def test_joiners_that_spell_persian_stay() -> None:
    word = "می\u200cخواهم"
    assert read(CV.replace("algebra", word).encode()).evidence()["skills[0].text"].text == f"Weaving {word}"


def test_letters_are_composed_so_that_equal_words_are_equal() -> None:
    cv = read(CV.replace("algebra", "re\u0301sume\u0301").encode())
    assert cv.evidence()["skills[0].text"].text == "Weaving résumé"


async def test_the_port_reads_in_a_thread_and_gives_the_same() -> None:
    source = CvSource(format=CvFormat.MARKDOWN, content=CV.encode())
    assert await EmbeddedCvReader().read(source) == read_cv(source)
