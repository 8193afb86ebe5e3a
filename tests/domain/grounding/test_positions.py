"""What the person calls herself stands in the evidence, in that very word."""

import pytest
from grounding_builders import refused


def test_a_relative_of_the_title_is_no_title() -> None:
    line, title = "Toma de muestras en barricas", "Auxiliar de laboratorio enológico"
    assert "enóloga" in refused("Fui enóloga y tomaba muestras en barricas", line, "es", title=title)


@pytest.mark.parametrize("claim", ["Fui auxiliar: toma de muestras", "Como auxiliar, toma de muestras"])
def test_the_title_itself_may_be_named(claim: str) -> None:
    assert refused(claim, "Toma de muestras", "es", title="Auxiliar") == ""
