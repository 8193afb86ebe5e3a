import pytest
from cvtailor.domain.base_cv import Evidence
from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.lexicon import lexicon_of
from cvtailor.domain.grounding.numbers import check_numbers as check_numbers_of
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.quantities import quantities
from cvtailor.domain.grounding.strength import check_strength as check_strength_of
from cvtailor.domain.grounding.strength import makes_reservation
from cvtailor.domain.grounding.words import words


def cited(lines: list[str]) -> Cited:
    ids = [f"experience[0].highlights[{n}]" for n in range(len(lines))]
    pairs = zip(ids, lines, strict=True)
    return Cited(ids, {id: Evidence(id=id, text=text, entry_id="experience[0]") for id, text in pairs})


def check_numbers(claim: str, lines: list[str]) -> Objection | None:
    return check_numbers_of(claim, cited(lines), lexicon_of("en"))


def check_strength(claim: str, lines: list[str], language: str = "en") -> Objection | None:
    return check_strength_of(claim, cited(lines), lexicon_of(language))


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "workflow", "workflows"),
        ("en", "reduced", "reducing"),
        ("de", "klasse", "klasse"),
        ("de", "digitaler", "digitalen"),
        ("de", "entwickelt", "entwicklung"),
        ("fr", "équipement", "équipements"),
        ("en", "month", "monthly"),
    ],
)
def test_forms_of_one_word_are_the_same(language: str, one: str, other: str) -> None:
    assert lexicon_of(language).same(one, other)
    assert lexicon_of(language).same(other, one)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "engine", "engineer"),
        ("en", "manage", "manager"),
        ("en", "design", "designer"),
        ("en", "train", "trainer"),
        ("en", "plan", "plant"),
        ("en", "java", "javascript"),
        ("en", "support", "led"),
        ("en", "cost", "cast"),
        ("en", "nation", "national"),
    ],
)
def test_words_that_only_look_alike_are_not(language: str, one: str, other: str) -> None:
    assert not lexicon_of(language).same(one, other)
    assert not lexicon_of(language).same(other, one)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("50k users", 50_000, ""),
        ("1.2M €", 1_200_000, "EUR"),
        ("EUR 1,200,000", 1_200_000, "EUR"),
        ("1,2 Mio. EUR", 1_200_000, "EUR"),
        ("10 000 Kunden", 10_000, ""),
        ("35 %", 0.35, "share"),
        ("35 percent", 0.35, "share"),
        ("zwölf Klassen", 12, ""),
        ("veinte alumnos", 20, ""),
        ("thirty-five pupils", 35, ""),
        ("٤٣ jobs", 43, ""),
        ("210 ms", 0.21, "s"),
        ("6 Monaten", 6, "month"),
        ("0,5 Stellen", 0.5, ""),
    ],
)
def test_numbers_are_read_in_every_notation(text: str, value: float, unit: str) -> None:
    (quantity,) = quantities(text)
    assert (quantity.value, quantity.unit) == (value, unit)


@pytest.mark.parametrize("text", ["K8s and S3", "2FA", "C++ in H2O", "the one and only"])
def test_digits_inside_names_are_no_numbers(text: str) -> None:
    assert quantities(text) == ()


def test_a_reservation_about_a_number_stays_with_it() -> None:
    assert check_numbers("three patients", ["up to three patients"]) is not None
    assert check_numbers("up to three patients", ["up to three patients"]) is None
    assert check_numbers("over 20 teams", ["20 teams"]) is not None
    assert check_numbers("20 teams", ["over 20 teams"]) is not None
    assert check_numbers("20+ teams", ["over 20 teams"]) is None
    assert check_numbers("20+ teams", ["20 teams"]) is not None


def test_a_duration_is_no_other_unit() -> None:
    assert check_numbers("6 years", ["6 months"]) is not None
    assert check_numbers("900 s", ["900 ms"]) is not None


def test_taking_part_is_not_doing() -> None:
    assert check_strength("Organised the fair", ["Helped organise the fair"]) is not None
    assert check_strength("Assisted in organising the fair", ["Helped organise the fair"]) is None
    assert check_strength("Leitete das Projekt", ["Mitarbeit im Projekt"], "de") is not None
    assert check_strength("Painted walls", ["Painted walls; helped with tiling"]) is None


def test_a_negation_is_not_left_away() -> None:
    assert check_strength("Deployed to production", ["Not deployed to production"]) is not None


def test_a_text_that_limits_itself_is_known() -> None:
    assert makes_reservation("basic PHP", "de")
    assert not makes_reservation("PHP", "de")


def test_invisible_characters_and_marks_are_no_words() -> None:
    assert words("**K8\u200bs** and [Go](https://go.dev)") == ("k8s", "and", "go")
