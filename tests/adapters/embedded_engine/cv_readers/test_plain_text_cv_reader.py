"""Plain text CVs."""

from textwrap import dedent

import pytest
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource


def read(text: str) -> BaseCv:
    return read_cv(CvSource(format=CvFormat.PLAIN_TEXT, content=dedent(text).encode()))


def test_a_british_cv_with_capitals_and_rules() -> None:
    cv = read("""\
        JOHN SMITH
        Senior Project Manager
        12 High Street, Leeds LS1 4AP
        Tel: 0113 496 0000  Email: john@example.org

        WORK EXPERIENCE
        ---------------

        BIG BUILD LTD, Leeds                    Jan 2018 - Present
        Senior Project Manager
          • Delivered a £12m school, two weeks
            early
          • Managed 3 site managers
        SMALL BUILD LTD, York                   Mar 2014 - Dec 2017
        Project Manager
          • Delivered 14 housing projects

        EDUCATION
        ---------
        BSc (Hons) Civil Engineering, University of Leeds, 2007-2010

        Page 1 of 1
        """)
    assert (cv.contact.name, cv.contact.phone, cv.contact.email) == (
        "JOHN SMITH",
        "0113 496 0000",
        "john@example.org",
    )
    assert cv.contact.location == "12 High Street, Leeds LS1 4AP"
    jobs = [(job.organisation, job.title, job.location, job.end_date) for job in cv.sections[0].entries]
    assert jobs == [
        ("BIG BUILD LTD", "Senior Project Manager", "Leeds", "present"),
        ("SMALL BUILD LTD", "Project Manager", "York", "2017-12"),
    ]
    assert (
        cv.evidence()["work_experience[0].highlights[0]"].text == "Delivered a £12m school, two weeks early"
    )
    assert cv.sections[1].entries[0].degree == "BSc (Hons)"
    assert [gone.text for gone in cv.unplaced] == ["Page 1 of 1"]


def test_a_german_cv_with_dates_first() -> None:
    cv = read("""\
        Lebenslauf

        Persönliche Daten
        Name: Erika Mustermann
        Geburtsdatum: 01.02.1980
        Adresse: Musterweg 3, 10115 Berlin

        Berufserfahrung
        seit 05/2015
        Krankenschwester, Charité Berlin
        - Pflege auf der Intensivstation

        04/2010 - 04/2015    Pflegerin
                             Vivantes Klinikum, Berlin
                             - Stationsdienst

        Ausbildung
        2007 - 2010 Ausbildung zur Krankenpflegerin, Charité
        1999 Abitur
        """)
    assert (cv.contact.name, cv.contact.location, cv.language) == (
        "Erika Mustermann",
        "Musterweg 3, 10115 Berlin",
        "de",
    )
    jobs = [(job.title, job.organisation, job.start_date, job.end_date) for job in cv.sections[0].entries]
    assert jobs == [
        ("Krankenschwester", "Charité Berlin", "2015-05", "present"),
        ("Pflegerin", "Vivantes Klinikum", "2010-04", "2015-04"),
    ]
    assert [(entry.title, entry.date) for entry in cv.sections[1].entries][1] == ("Abitur", "1999")
    assert "Geburtsdatum: 01.02.1980" in [gone.text for gone in cv.unplaced]


def test_a_french_cv_with_titles_in_small_letters() -> None:
    cv = read("""\
        Marie Dupont
        Infirmière diplômée d'État
        12 rue des Lilas, 69003 Lyon – 06 12 34 56 78 – marie@example.org

        Expérience professionnelle :

        Depuis mars 2018 : Infirmière, Hôpital Saint-Joseph, Lyon
        • Soins intensifs
        De 2014 à 2018 : Infirmière, Clinique du Parc, Lyon
        • Chirurgie

        Langues
        Anglais : courant
        """)
    jobs = [(job.organisation, job.start_date, job.end_date) for job in cv.sections[0].entries]
    assert jobs == [("Hôpital Saint-Joseph", "2018-03", "present"), ("Clinique du Parc", "2014", "2018")]
    assert (cv.contact.phone, cv.language, cv.sections[0].title) == (
        "06 12 34 56 78",
        "fr",
        "Expérience professionnelle",
    )
    assert not cv.unplaced


def test_a_spanish_cv_with_the_date_below_the_title() -> None:
    cv = read("""\
        Lucía Ferrandis
        Valencia · 600 00 00 12 · lucia@example.org

        EXPERIENCIA

        Auxiliar de datos, Cooperativa Riu Blanc, Alzira
        09/2025 – actualidad
        * Preparo informes
        * Escribí consultas

        Monitora, CEIP L'Almàssera, Alboraia
        10/2020 – 05/2021
        * Cuidado de niños

        IDIOMAS
        Español: nativo
        """)
    jobs = [(job.title, job.organisation, job.location, job.start_date) for job in cv.sections[0].entries]
    assert jobs == [
        ("Auxiliar de datos", "Cooperativa Riu Blanc", "Alzira", "2025-09"),
        ("Monitora", "CEIP L'Almàssera", "Alboraia", "2020-10"),
    ]
    assert cv.contact.location == "Valencia"


@pytest.mark.parametrize("mark", ["-", "*", "•", "–", "▪", "➢", "✓", "\uf0b7", "1."])
def test_bullets_of_all_sorts_are_bullets(mark: str) -> None:
    cv = read(f"Ada Byron\n\nSKILLS\n{mark} Weaving algebra\n")
    assert [line.text for line in cv.sections[0].entries[0].lines()] == ["Weaving algebra"]


def test_markdown_sent_as_plain_text_still_reads() -> None:
    cv = read(
        "# [Ada Byron](https://ada.example)\n\n## Experience\n\nNurse, Acme Ltd\n2019 – 2021\n- Did it\n"
    )
    assert (cv.contact.name, cv.contact.website) == ("Ada Byron", "https://ada.example")
    assert [section.title for section in cv.sections] == ["Experience"]


def test_prose_above_the_first_section_is_kept_as_a_profile() -> None:
    prose = "Engineer who has spent twelve years on looms and who would now like to go on to build engines."
    cv = read(f"Ada Byron\nada@example.org\n\n{prose}\n\nSKILLS\n- SQL\n")
    assert (cv.sections[0].title, cv.evidence()["profile[0].text"].text) == ("Profile", prose)
