"""What was measured, as figures for programs, rows for people, and charts."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.figures import percentile
from benchmarks.load.calls import Call, Served, recovery_s
from benchmarks.load.driving import Kept

RECOVERED_RATIO = 2.0
"""Latency is back once it is at most so many times that at the first, moderate load."""

type Figures = dict[str, object]
type Rows = list[tuple[str, str]]


class Measured(NamedTuple):
    """All of it.

    Attributes:
        capacity_per_s: Runs a second when clients wait for their turn.
        served: By load in percent of the capacity, rising; the first is the moderate one.
        after: Requests at the moderate load, from the moment the last and heaviest load ended; times go on.
        one_user: The heaviest load, all of it from one person.
        kept: What the database has in the end.
        processor_shares: Of one processor, that the load's own process took, for each load.
        settings: The bounds the service was given.
    """

    capacity_per_s: float
    served: Mapping[int, Served]
    after: list[Call]
    one_user: Served
    kept: Kept
    processor_shares: list[float]
    settings: Mapping[str, str]

    @property
    def recovery_s(self) -> float | None:
        """From the end of the heaviest load until requests are served as at the moderate one."""
        moderate, *_, heaviest = self.served.values()
        usual = moderate.latency_s(50)
        return None if usual is None else recovery_s(self.after, heaviest.seconds, RECOVERED_RATIO * usual)

    def all_served(self) -> list[Served]:
        """Every load, the one person's too."""
        return [*self.served.values(), self.one_user]


def figures(measured: Measured) -> Figures:
    """Returns all figures by name; loads are named by their percentage of the capacity."""
    served = {str(load): one for load, one in measured.served.items()}
    refusals = [1000 * call.seconds for one in measured.served.values() for call in one.refused]
    calls = [call for one in measured.all_served() for call in one.calls] + measured.after
    return {
        **{name: int(value) for name, value in measured.settings.items()},
        "capacity_runs_per_s": round(measured.capacity_per_s, 2),
        "offered_per_s_by_load": {load: round(one.offered_per_s, 2) for load, one in served.items()},
        "goodput_runs_per_s_by_load": {load: round(one.goodput_per_s, 2) for load, one in served.items()},
        "goodput_ratio_by_load": {
            load: round(one.goodput_per_s / measured.capacity_per_s, 2) for load, one in served.items()
        },
        "latency_p50_s_by_load": {load: _rounded(one.latency_s(50)) for load, one in served.items()},
        "latency_p99_s_by_load": {load: _rounded(one.latency_s(99)) for load, one in served.items()},
        "refused_share_by_load": {load: round(one.refused_share, 3) for load, one in served.items()},
        "ends_by_load": {load: one.ends() for load, one in served.items()},
        "refusal_p50_ms": _rounded(percentile(refusals, 50)) if refusals else None,
        "refusal_p99_ms": _rounded(percentile(refusals, 99)) if refusals else None,
        "refusals_without_retry_info": sum(
            call.refused and call.retry_after_seconds is None for call in calls
        ),
        "one_user_refused_share": round(measured.one_user.refused_share, 3),
        "one_user_refusal_p99_ms": _rounded(measured.one_user.refusal_ms(99)),
        "one_user_ends": measured.one_user.ends(),
        "recovery_s": _rounded(measured.recovery_s),
        "accepted_runs": measured.kept.runs,
        "lost_runs": measured.kept.lost,
        "untold_runs": measured.kept.untold,
        "neither_completed_nor_refused": sum(not call.completed and not call.refused for call in calls),
        "sent_late_p99_ms": _rounded(percentile([1000 * (call.sent - call.due) for call in calls], 99)),
        "generator_processor_share_max": round(max(measured.processor_shares), 2),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def rows(measured: Measured, told: Figures) -> Rows:
    """Returns the table."""
    made: Rows = [
        ("runs that may wait, of all / in progress, of one person", _bounds(measured.settings)),
        ("capacity, clients that wait for their turn", f"{told['capacity_runs_per_s']} runs/s"),
    ]
    for load, one in measured.served.items():
        made += [(f"{load} % of it, for {one.seconds:.0f} s", f"{one.offered_per_s:.2f} requests/s")]
        made += _of_load(one, measured.capacity_per_s)
    made += [
        (
            f"one person, {measured.one_user.seconds:.0f} s",
            f"{measured.one_user.offered_per_s:.2f} requests/s",
        ),
        *_of_load(measured.one_user, measured.capacity_per_s),
        ("all refusals, p50 / p99", f"{told['refusal_p50_ms']} / {told['refusal_p99_ms']} ms"),
        ("  that did not say when to try again", str(told["refusals_without_retry_info"])),
        ("overload ended: served as usual after", _seconds(measured.recovery_s)),
        (f"of {measured.kept.runs} accepted runs, not completed exactly once", str(measured.kept.lost)),
        ("  that no client was told of", str(measured.kept.untold)),
        ("requests sent late, p99", f"{told['sent_late_p99_ms']} ms"),
        ("processor of the load's own process, at most", f"{told['generator_processor_share_max']:.0%}"),
    ]
    return made


def _bounds(settings: Mapping[str, str]) -> str:
    return f"{settings['queue_max']} / {settings['runs_per_user_max']}"


def _of_load(one: Served, capacity_per_s: float) -> Rows:
    ends = ", ".join(f"{count} {end}" for end, count in one.ends().items())
    refused = f"{one.refused_share:.0%}"
    if one.refused:
        refused += f", p99 after {one.refusal_ms(99):.0f} ms"
    return [
        ("  latency, p50 / p99", f"{_seconds(one.latency_s(50))} / {_seconds(one.latency_s(99))}"),
        ("  completed", f"{one.goodput_per_s:.2f}/s, {one.goodput_per_s / capacity_per_s:.0%} of capacity"),
        ("  refused", refused),
        ("  ends", ends),
    ]


def _seconds(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f} s"


def draw(folder: Path, measured: Measured) -> None:
    """Draws the charts; imports what draws only now."""
    from benchmarks import charts

    axis, served = "offered, % of the capacity", measured.served
    charts.lines(
        folder / "load-goodput.svg",
        "Completed and refused by offered load",
        (axis, "% of the capacity"),
        {
            "completed": [
                (load, 100 * one.goodput_per_s / measured.capacity_per_s) for load, one in served.items()
            ],
            "refused": [(load, load * one.refused_share) for load, one in served.items()],
        },
    )
    charts.lines(
        folder / "load-latency.svg",
        "From request to completed, by offered load",
        (axis, "ms"),
        {
            f"p{percent}": [
                (load, 1000 * seconds)
                for load, one in served.items()
                if (seconds := one.latency_s(percent)) is not None
            ]
            for percent in (50, 99)
        },
    )
    load, heaviest = list(served.items())[-1]
    both = [*heaviest.completed, *(call for call in measured.after if call.completed)]
    charts.lines(
        folder / "load-recovery.svg",
        f"{load} % for {heaviest.seconds:.0f} s, then {next(iter(served))} %",
        ("s, when the request was due", "ms to completed"),
        {"accepted requests": sorted((call.due, 1000 * call.seconds) for call in both)},
        dots=False,
    )
