"""What a reader sees of a page, and what search engines are told."""

import json

import pytest
from cvtailor.adapters.fetch.page_text import text_of_page, text_of_plain

JOB = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Backend engineer",
    "hiringOrganization": {"@type": "Organization", "name": "Initech"},
    "jobLocation": {"address": {"addressLocality": "Bern", "addressCountry": {"name": "Switzerland"}}},
    "employmentType": ["FULL_TIME"],
    "baseSalary": {"currency": "CHF", "value": {"minValue": 90000, "maxValue": 110000, "unitText": "YEAR"}},
    "validThrough": "2027-01-31T00:00:00Z",
    "description": "<p>You build services that people rely on.</p><ul><li>Python</li><li>SQL</li></ul>",
    "qualifications": "Five years of Python",
}


def with_markup(markup: object) -> bytes:
    script = f'<script type="application/ld+json">{json.dumps(markup)}</script>'
    return f"<html><head>{script}</head><body><p>Accept our cookies.</p></body></html>".encode()


@pytest.mark.parametrize("markup", [JOB, [{"@type": "WebPage"}, JOB], {"@graph": [{"@type": "Person"}, JOB]}])
def test_the_job_posting_of_schema_org_is_the_ad(markup: object) -> None:
    text = text_of_page(with_markup(markup), "")
    assert text.splitlines()[:6] == [
        "Backend engineer",
        "Company: Initech",
        "Location: Bern, Switzerland",
        "Employment type: FULL_TIME",
        "Salary: 90000 - 110000 CHF per year",
        "Apply by: 2027-01-31",
    ]
    assert "- Python\n" in text
    assert text.endswith("Requirements\n- Five years of Python")
    assert "cookies" not in text


def test_a_description_that_is_escaped_twice_is_read() -> None:
    escaped = {**JOB, "description": "&lt;p&gt;You build services that many people rely on.&lt;/p&gt;"}
    assert "You build services" in text_of_page(with_markup(escaped), "")
    assert "<p>" not in text_of_page(with_markup(escaped), "")


@pytest.mark.parametrize(
    "script",
    [
        "{",
        "[" * 100_000,
        '{"a":' * 100_000,
        "null",
        '{"@type":"JobPosting","description":7}',
        '"' + "x" * 600_000,
    ],
)
def test_markup_that_is_no_job_posting_leaves_the_page(script: str) -> None:
    page = f'<body><p>We look for a nurse.</p><script type="application/ld+json">{script}</script></body>'
    assert text_of_page(page.encode(), "") == "We look for a nurse."


def test_what_a_reader_does_not_see_is_not_read() -> None:
    hidden = (
        '<p hidden>A</p><p style="display: none">B</p><p style="FONT-SIZE:0px">C</p>'
        '<p aria-hidden="true">D</p>'
        "<nav>E</nav><script>F</script><style>G</style><!-- H --><template>I</template><footer>J</footer>"
        '<p style="opacity:0">K</p><p style="visibility:hidden">L</p><noscript>M</noscript>'
    )
    assert text_of_page(f"<body>{hidden}<p style='opacity:0.9'>seen</p></body>".encode(), "") == "seen"


def test_lines_and_bullets_stay_what_they_are() -> None:
    page = "<h1>Nurse</h1><p>in\n  <b>Bern</b></p><ul><li>Nights</li><li><p>Weekends</p></li></ul>a<br>b"
    text = text_of_page(page.encode(), "")
    assert [line for line in text.splitlines() if line] == [
        "Nurse",
        "in Bern",
        "- Nights",
        "- Weekends",
        "a",
        "b",
    ]


def test_the_main_part_of_a_page_is_preferred() -> None:
    page = f"<body><div>Similar jobs</div><main><p>{'We look for a nurse. ' * 30}</p></main></body>"
    assert "Similar" not in text_of_page(page.encode(), "")


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252"])
def test_the_charset_is_that_of_the_header_else_of_the_page(charset: str) -> None:
    content = f'<meta charset="{charset}"><p>Köchin für Zürich</p>'.encode(charset)
    assert text_of_page(content, "") == text_of_page(content, charset) == "Köchin für Zürich"


@pytest.mark.parametrize("charset", ["zlib", "punycode", "utf-7", "no-such-thing", "rot13"])
def test_an_odd_charset_is_read_as_utf_8(charset: str) -> None:
    assert text_of_page("<p>Köchin</p>".encode(), charset) == "Köchin"


def test_plain_text_stays_as_it_is() -> None:
    assert text_of_plain("Köchin\r\n\r\n\r\n\r\n- Suppen  und\tSaucen\n".encode(), "") == (
        "Köchin\n\n- Suppen und Saucen"
    )
