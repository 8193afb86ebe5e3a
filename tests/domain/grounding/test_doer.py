"""Who did it: neither what others did nor what was done to the person is the person's doing."""

import pytest
from grounding_builders import refused

LIES = [
    ("en", "Coached by the head chef", "Coached the head chef"),
    ("en", "Monitored pumps under supervision", "Supervised pumps"),
    ("en", "Reported faults to the engineer, who repaired them", "Reported and repaired faults"),
    ("en", "Used a sheet that a colleague had built", "Built and used a sheet"),
    ("en", "Sent samples to the lab, which tested them", "Tested samples in the lab"),
    ("en", "Drafted contracts for review by a partner", "Drafted and reviewed contracts"),
    ("en", "Two of my pupils won a prize", "Won a prize"),
    ("en", "Was given training in lifting", "Gave training in lifting"),
    ("en", "Temporary cover for the head cook", "Head cook"),
    ("en", "Visited customers with the manager", "Visited customers as manager"),
    ("en", "Ran errands for the office", "Ran the office"),
    ("de", "Wurde im Schweißen geschult", "Schulungen im Schweißen gegeben"),
    ("de", "Störungen an den Techniker gemeldet", "Störungen als Techniker gemeldet"),
    ("fr", "Formée au tourage par le chef pâtissier", "Formation du chef pâtissier au tourage"),
    ("es", "Formado por el jefe de cocina", "Formé al jefe de cocina"),
]
TRUTHS = [
    ("en", "Typed letters dictated by three solicitors", "Typed up dictation from three solicitors"),
    ("en", "Was trained by the head gardener", "Trained by the head gardener"),
    ("en", "Renegotiated leases, which saved £9,000", "Saved £9,000 by renegotiating leases"),
    ("en", "Cooked lunch for 80 children", "Cooked 80 children's lunch"),
    ("de", "Vom Meister angeleitet", "Anleitung durch den Meister"),
    ("es", "Formación de los nuevos camareros", "Formé a los camareros nuevos"),
]


@pytest.mark.parametrize(("language", "line", "claim"), LIES)
def test_what_somebody_else_did_is_not_claimed(language: str, line: str, claim: str) -> None:
    assert refused(claim, line, language)


@pytest.mark.parametrize(("language", "line", "claim"), TRUTHS)
def test_what_the_person_did_may_be_turned_round(language: str, line: str, claim: str) -> None:
    assert refused(claim, line, language) == ""
