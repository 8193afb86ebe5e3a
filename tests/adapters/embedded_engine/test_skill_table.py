import pytest
from cvtailor.adapters.embedded_engine import skill_names
from cvtailor.adapters.embedded_engine.skills.table import load_skill_table

TABLE = load_skill_table()


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("Deployed on K8s", "Kubernetes"),
        ("Postgres and Redis", "PostgreSQL"),
        ("APIs in C++ and C#", "C#"),
        ("Services in Go, Python", "Go"),
        ("Statistics in R (tidyverse)", "R"),
        (".NET and Angular", ".NET"),
        ("Wundversorgung auf Station", "Wound care"),
        ("clôtures mensuelles", "Month-end close"),
        ("pruebas automatizadas", "Automated testing"),
    ],
)
def test_a_skill_is_found_under_its_other_names(text: str, skill: str) -> None:
    assert skill in TABLE.names(text)


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("Go to market strategy", "Go"),
        ("Excel in a fast-paced team", "Microsoft Excel"),
        ("R&D department", "R"),
        ("Vitamin C deficiency", "C"),
        ("a C-level sponsor", "C"),
        ("We express our thanks", "Express.js"),
        ("the spring term", "Spring"),
        ("non-invasive ventilation", "Mechanical ventilation"),
        ("write to jobs@go.example or https://github.com/x", "GitHub"),
        ("Java", "JavaScript"),
        ("end of sentence.NETwork", ".NET"),
    ],
)
def test_a_common_word_is_no_skill(text: str, skill: str) -> None:
    assert skill not in TABLE.names(text)


def test_a_skill_proves_what_it_is_a_kind_of_and_never_the_reverse() -> None:
    assert "SQL" in TABLE.proven_by(["PostgreSQL"])
    assert "PostgreSQL" not in TABLE.proven_by(["SQL"])
    assert "Container orchestration" in TABLE.proven_by(["Amazon EKS"])


def test_words_that_only_show_a_skill_are_not_its_name() -> None:
    assert "Amazon Web Services" in TABLE.names("Ran jobs on EC2")
    assert set(skill_names("Ran jobs on EC2")) == set()
    assert set(skill_names("K8s")) == set(skill_names("Kubernetes")) == {"Kubernetes"}


def test_tools_of_one_kind_are_siblings_and_a_shared_language_makes_none() -> None:
    assert "RabbitMQ" in TABLE.siblings("Apache Kafka")
    assert "pandas" not in TABLE.siblings("PyTorch")


def test_mentions_say_where_they_stand() -> None:
    text = "Python, then Node.js"
    found = {mention.name: text[mention.start : mention.end] for mention in TABLE.mentions(text)}
    assert found == {"Python": "Python", "Node.js": "Node.js"}
