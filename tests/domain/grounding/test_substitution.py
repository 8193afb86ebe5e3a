"""A new word may stand where the evidence has a kindred one, if the claim has lost that one."""

import pytest
from cvtailor.domain.grounding.kin import kin_of
from grounding_builders import refused


@pytest.mark.parametrize(
    ("language", "line", "claim"),
    [
        ("en", "Filed tax returns for sole traders", "Submitted sole traders' tax returns"),
        ("en", "Mended nets on a fishing boat", "Repaired nets on a fishing vessel"),
        ("en", "Drove a truck", "Drove a vehicle"),
        ("de", "Flugblätter in der Stadt verteilt", "Verteilung von Flyern in der Stadt"),
        ("fr", "Distribution de tracts", "Distribution de prospectus"),
        ("es", "Alquiler de pisos", "Alquiler de viviendas"),
    ],
)
def test_a_kindred_word_takes_the_place_of_a_lost_one(language: str, line: str, claim: str) -> None:
    assert refused(claim, line, language) == ""


def test_beside_the_word_that_it_is_kin_to_a_word_is_new() -> None:
    assert refused("Repaired nets on a fishing boat and a vessel", "Repaired nets on a fishing boat")


def test_one_lost_word_gives_way_only_once() -> None:
    assert refused("Delivered a parcel and a packet", "Delivered a parcel and a letter")


def test_the_general_word_is_not_replaced_by_a_special_one() -> None:
    assert refused("Drove a truck", "Drove a vehicle")


def test_a_leader_is_nobody_s_kin() -> None:
    assert refused("Head of the canteen", "Cook of the canteen")


def test_both_directions_are_known_for_words_of_one_class() -> None:
    kin = kin_of("en")
    assert kin.akin("boat", "vessel")
    assert kin.akin("vessel", "boat")
    assert not kin.akin("boat", "bicycle")
