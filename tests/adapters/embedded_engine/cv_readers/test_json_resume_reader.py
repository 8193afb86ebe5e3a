"""JSON Resume documents."""

import json
from typing import Any

import pytest
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource, EntryKind
from cvtailor.domain.errors import InvalidInput


def read(document: dict[str, Any] | str) -> BaseCv:
    text = document if isinstance(document, str) else json.dumps(document, indent=1)
    return read_cv(CvSource(format=CvFormat.JSON_RESUME, content=text.encode()))


NURSE: dict[str, Any] = {
    "$schema": "https://example.org/schema.json",
    "basics": {
        "name": "Noor Haddad",
        "label": "Staff nurse",
        "email": "noor@example.org",
        "url": "file:///etc/passwd",
        "location": {"city": "Leeds", "countryCode": "GB", "postalCode": "LS1 4AP"},
        "profiles": [{"network": "twitter", "username": "noor", "url": "https://x.com/noor"}],
        "summary": "Nurse with nine years on surgical wards and in day clinics.",
    },
    "work": [
        {
            "name": "St Anne",
            "position": "Staff nurse",
            "startDate": "2019-03-01",
            "summary": "Day clinic.",
            "description": "Public hospital.",
            "highlights": ["Cared for 12 patients a shift", "Trained 4 students [keep]"],
            "mood": "good",
        }
    ],
    "education": [
        {
            "institution": "Leeds",
            "area": "Nursing",
            "studyType": "BSc",
            "score": 4.0,
            "courses": ["Anatomy", "Law"],
        }
    ],
    "skills": [{"name": "Wards", "level": "Expert", "keywords": ["Surgery", "ICU"]}, {"name": "Driving"}],
    "languages": [{"language": "Arabic", "fluency": "native"}],
    "volunteer": [{"organization": "Red Cross", "position": "First aider"}],
    "certificates": [{"name": "ALS", "issuer": "Resus", "date": "2023", "url": "https://als.example"}],
    "hobby": ["chess"],
}


def test_each_part_of_the_schema_becomes_evidence() -> None:
    evidence = {key: found.text for key, found in read(NURSE).evidence().items()}
    assert evidence["experience[0].organisation"] == "St Anne"
    assert evidence["experience[0].end_date"] == "present"
    assert evidence["experience[0].highlights[0]"] == "Public hospital."
    assert evidence["education[0].highlights[0]"] == "Grade: 4.0"
    assert evidence["education[0].highlights[1]"] == "Courses: Anatomy, Law"
    assert evidence["skills[0].text"] == "Surgery, ICU (Expert)"
    assert evidence["volunteering[0].organisation"] == "Red Cross"
    assert evidence["certificates[0].url"] == "https://als.example"
    assert evidence["contact.location"] == "Leeds, GB"
    assert evidence["contact.headline"] == "Staff nurse"


def test_a_skill_without_keywords_is_a_bullet_and_a_marked_line_is_kept() -> None:
    cv = read(NURSE)
    rows = {entry.id: entry for _, entry in cv.entries()}
    assert rows["skills[1]"].kind is EntryKind.BULLET
    assert [line.keep for line in rows["experience[0]"].highlights] == [False, False, True]


def test_what_has_no_place_is_reported_with_path_and_line() -> None:
    gone = {found.position.path: found for found in read(NURSE).unplaced}
    assert set(gone) == {"basics.url", "basics.location.postalCode", "work[0].mood", "hobby[0]"}
    assert gone["work[0].mood"].text == "good"
    assert gone["basics.url"].position.line == 7


def test_titles_that_the_format_lacks_are_in_the_language_of_the_cv() -> None:
    cv = read(
        {
            "basics": {"name": "Uwe"},
            "work": [{"name": "Werk", "highlights": ["Habe Maschinen gewartet und Lehrlinge angeleitet"]}],
        }
    )
    assert (cv.language, cv.sections[0].title) == ("de", "Berufserfahrung")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('{"basics": {\n"name": }}', 2, "column 9"),
        ('{"basics": {"name": "A"},\n"basics": {}}', 2, "twice"),
        ('{"name": "A"}', 1, "no `basics`"),
        ("[]", 1, "no `basics`"),
        ("[" * 40 + "]" * 40, 1, "deeper than 32"),
        ('{"a":' * 100_000, None, "deeper than 32"),
        ('{"basics": {"label": "B"}}', 1, "no name"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, line: int | None, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        read(text)
    assert caught.value.line == line
    assert caught.value.field == "base_cv.json_resume"


def test_lone_surrogates_and_hidden_characters_in_escapes_are_removed_and_told() -> None:
    cv = read('{"basics": {"name": "A\\ud800da\\u200b"}, "skills": [{"name": "C\\u0000OBOL"}]}')
    assert cv.contact.name == "Ada"
    assert cv.evidence()["skills[0].text"].text == "COBOL"
    assert len(cv.unplaced) == 3
