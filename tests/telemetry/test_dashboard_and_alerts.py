"""The dashboard and the alert rules ask for numbers that are there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from cvtailor.settings import Settings
from expositions import exposed

DEPLOY = Path(__file__).parents[2] / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana" / "cvtailor.json").read_text())
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((DEPLOY / "alerts" / "cvtailor.rules.yaml").read_text())["groups"]
    for rule in group["rules"]
]
OF_THE_SCRAPE = {"job", "instance", "le"}
FUNCTIONS = {"absent", "avg", "by", "histogram_quantile", "increase", "max", "min", "rate", "sum", "time"}


def missing(expression: str) -> list[str]:
    """What an expression names that no process tells: series, and labels of them."""
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]', "", expression)
    grouped = {label for found in re.findall(r"by \(([^)]*)\)", bare) for label in found.split(",")}
    bare = re.sub(r"by \([^)]*\)", "", bare)
    faults, labels = [], set(OF_THE_SCRAPE)
    for name, matchers in re.findall(r"([a-z]\w+)(\{[^}]*\})?", bare):
        if name in FUNCTIONS:
            continue
        if name not in exposed():
            faults.append(name)
            continue
        labels |= exposed()[name]
        named = set(re.findall(r"(\w+)\s*[=!]", matchers))
        faults += [f"{name}{{{label}}}" for label in named - exposed()[name] - OF_THE_SCRAPE]
    return faults + [f"by {label}" for label in {label.strip() for label in grouped} - labels]


def queries() -> list[str]:
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]


def test_each_query_of_the_dashboard_asks_for_what_is_exposed() -> None:
    assert len(queries()) > 35
    assert {query: missing(query) for query in queries() if missing(query)} == {}


def test_each_metric_of_ours_is_on_the_dashboard() -> None:
    ours = {re.sub(r"_(bucket|sum|count|created)$", "", name) for name in exposed() if "target" not in name}
    asked = " ".join(queries())

    assert {name for name in ours if name not in asked} <= {"process_uptime_seconds"}


def test_each_panel_has_a_place_of_its_own_and_a_unit() -> None:
    taken = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
        assert panel["type"] == "row" or panel["fieldConfig"]["defaults"]["unit"], panel["title"]
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_what_is_exposed_and_says_what_to_do(rule: dict[str, Any]) -> None:
    assert missing(rule["expr"]) == []
    assert rule["labels"]["severity"] in {"page", "warn"}
    assert rule["annotations"]["summary"]
    assert len(rule["annotations"]["action"]) > 40
    named = re.findall(r"CVTAILOR_([A-Z_]+)", rule["annotations"]["action"])
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_what_should_wake_somebody_has_an_alert() -> None:
    asked = " ".join(rule["expr"] for rule in RULES)

    for name in (
        "cvtailor_runs_taken_over_total",
        "cvtailor_processes",
        "cvtailor_queue_oldest_age_seconds",
        "cvtailor_runs_ended_total",
        "cvtailor_model_budgets_spent_total",
        "cvtailor_render_workers_lost_total",
        "cvtailor_event_delay_seconds_bucket",
    ):
        assert name in asked


def test_a_metric_or_label_that_nobody_tells_is_found() -> None:
    assert missing("rate(cvtailor_runs_end_total[5m])") == ["cvtailor_runs_end_total"]
    assert missing('max(cvtailor_runs{status="queued"})') == ["cvtailor_runs{status}"]
    assert missing("sum by (user_id) (cvtailor_runs)") == ["by user_id"]
