"""What was measured, as figures for programs, rows for people, and charts."""

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from benchmarks.figures import median, percentile
from benchmarks.pipeline import memory, sizes
from benchmarks.pipeline.plain_rendercv import Parts
from benchmarks.pipeline.service_runs import steps_p50_ms
from benchmarks.pipeline.turns import Bursts, SideBySide

_ROUGH_BELOW_RUNS = 1000
_MEMORY_AXES = ("runs", "MB")

type Figures = dict[str, object]
type Rows = list[tuple[str, str]]


class Measured(NamedTuple):
    """All of it.

    Attributes:
        typeset: PDFs by their length.
        requests: Requests by the length of the base CV.
    """

    beside: SideBySide
    bursts: Bursts
    cores: int
    clients: int
    typeset: list[sizes.Timed]
    requests: list[sizes.Timed]


def figures(measured: Measured) -> Figures:
    """Returns all figures by name."""
    return {**_beside(measured.beside), **_bursts(measured), **_sizes(measured)}


def _beside(seen: SideBySide) -> Figures:
    stored = [run.stored_ms for run in seen.runs]
    request, bare = median(stored), median([parts.total for parts in seen.bare])
    without_reader = median([parts.total - parts.yaml for parts in seen.bare])
    firsts = [run.first_ms for run in seen.runs]
    return {
        "runs": len(stored),
        "first_event_p50_ms": round(median(firsts), 1),
        "first_event_p99_ms": round(percentile(firsts, 99), 1),
        "request_to_pdf_p50_ms": round(request, 1),
        "request_to_pdf_p99_ms": round(percentile(stored, 99), 1),
        "request_to_last_event_p50_ms": round(median([run.total_ms for run in seen.runs]), 1),
        "layouts_p50": median([run.layouts for run in seen.runs]),
        "step_p50_ms": steps_p50_ms(seen.runs),
        "bare_render_p50_ms": round(bare, 1),
        "bare_render_parts_p50_ms": _parts(seen.bare),
        "bare_render_again_p50_ms": round(median([parts.total for parts in seen.bare_again]), 1),
        "bare_render_again_compile_p50_ms": round(median([parts.compile for parts in seen.bare_again]), 1),
        "request_to_pdf_ratio_to_bare_render": round(request / bare, 2),
        "request_to_pdf_ratio_to_bare_render_without_yaml": round(request / without_reader, 2),
        "rendercv_cli_p50_ms": _p50(seen.cli),
        "speedup_over_rendercv_cli": _speedup(seen.cli, request),
        "chromium_pdf_p50_ms": _p50(seen.chromium),
        "chromium_pdf_waiting_for_idle_p50_ms": _p50(seen.chromium_idle),
        "chromium_pdf_cold_p50_ms": _p50(seen.chromium_cold),
        "speedup_over_chromium_pdf": _speedup(seen.chromium_idle, request),
        "speedup_over_chromium_pdf_without_idle": _speedup(seen.chromium, request),
        "speedup_over_chromium_pdf_cold": _speedup(seen.chromium_cold, request),
    }


def _parts(renders: Sequence[Parts]) -> dict[str, float]:
    return {
        name: round(median([getattr(parts, name) for parts in renders]), 1) for name in renders[0]._fields
    }


def _p50(values: Sequence[float]) -> float | None:
    return round(median(values), 1) if values else None


def _speedup(theirs: Sequence[float], ours: float) -> float | None:
    return round(median(theirs) / ours, 2) if theirs else None


def _bursts(measured: Measured) -> Figures:
    seen = measured.bursts
    runs = [sample.runs for sample in seen.samples]
    ratios = [ours / most for ours, most in zip(seen.runs_per_s, seen.renders_per_s, strict=True)]
    return {
        "runs_per_s": round(fmean(seen.runs_per_s), 2),
        "bare_renders_per_s": round(fmean(seen.renders_per_s), 2),
        "throughput_ratio_to_render_ceiling": round(median(ratios), 2),
        "memory_runs": runs[-1],
        "memory_is_rough": runs[-1] < _ROUGH_BELOW_RUNS,
        "memory_last_mb": round(seen.samples[-1].service_mb, 1),
        "memory_growth_mb_per_1000_runs": _growth(runs, [sample.service_mb for sample in seen.samples]),
        "postgres_growth_mb_per_1000_runs": _growth(runs, [sample.postgres_mb for sample in seen.samples]),
    }


def _growth(runs: Sequence[int], megabytes: Sequence[float]) -> float:
    return round(memory.growth_mb_per_1000_runs(runs, megabytes), 2)


def _sizes(measured: Measured) -> Figures:
    told: Figures = {}
    for name, timed in (("pdf", measured.typeset), ("base_cv", measured.requests)):
        power = sizes.exponent(timed)
        told[f"{name}_size_exponent"] = None if power is None else round(power, 2)
        told[f"ms_by_{name}_pages"] = {one.pages: one.ms and round(one.ms, 1) for one in timed}
    return told


def rows(measured: Measured, told: Figures) -> Rows:
    """Returns the table."""
    beside, seen = measured.beside, measured.bursts
    return [
        (f"first event, p50 / p99 of {told['runs']}", _both(told, "first_event", "ms")),
        ("request to stored PDF, p50 / p99", _both(told, "request_to_pdf", "ms")),
        *((f"  {name}", f"{ms} ms") for name, ms in steps_p50_ms(beside.runs).items()),
        ("  layouts to fit the pages", f"{told['layouts_p50']:g}"),
        ("request to last event, p50", f"{told['request_to_last_event_p50_ms']} ms"),
        (f"bare rendercv render, p50 of {len(beside.bare)}", f"{told['bare_render_p50_ms']} ms"),
        *((f"  {name}", f"{ms} ms") for name, ms in _parts(beside.bare).items()),
        ("  the same text once more, all / compile", _again(told)),
        ("request / bare render", f"{told['request_to_pdf_ratio_to_bare_render']} ×"),
        (
            "  without reading YAML",
            f"{told['request_to_pdf_ratio_to_bare_render_without_yaml']} ×",
        ),
        _other("rendercv CLI", told["rendercv_cli_p50_ms"], told["speedup_over_rendercv_cli"]),
        _other(
            "Chromium, a page in a running browser, when idle",
            told["chromium_pdf_waiting_for_idle_p50_ms"],
            told["speedup_over_chromium_pdf"],
        ),
        _other(
            "Chromium, a page in a running browser, at once",
            told["chromium_pdf_p50_ms"],
            told["speedup_over_chromium_pdf_without_idle"],
        ),
        _other(
            "Chromium, a browser for each PDF",
            told["chromium_pdf_cold_p50_ms"],
            told["speedup_over_chromium_pdf_cold"],
        ),
        (f"runs for {measured.clients} clients", f"{told['runs_per_s']} a second"),
        (f"bare renders on {measured.cores} cores", f"{told['bare_renders_per_s']} a second"),
        ("runs / bare renders", str(told["throughput_ratio_to_render_ceiling"])),
        (
            f"memory (PSS) over {told['memory_runs']} runs{', rough' if told['memory_is_rough'] else ''}",
            f"{told['memory_growth_mb_per_1000_runs']} MB per 1,000",
        ),
        ("  first / last", f"{seen.samples[0].service_mb:.0f} / {told['memory_last_mb']:.0f} MB"),
        ("  Postgres", f"{told['postgres_growth_mb_per_1000_runs']} MB per 1,000"),
        *((f"PDF of {one.pages} pages, with pictures", one.told()) for one in measured.typeset),
        ("  ms ~ pages^k, k", str(told["pdf_size_exponent"])),
        *((f"request, base CV of {one.pages} pages", one.told()) for one in measured.requests),
        ("  ms ~ pages^k, k", str(told["base_cv_size_exponent"])),
    ]


def _both(told: Figures, name: str, unit: str) -> str:
    return f"{told[f'{name}_p50_{unit}']} / {told[f'{name}_p99_{unit}']} {unit}"


def _again(told: Figures) -> str:
    return f"{told['bare_render_again_p50_ms']} / {told['bare_render_again_compile_p50_ms']} ms"


def _other(name: str, ms: object, speedup: object) -> tuple[str, str]:
    return name, "not installed" if ms is None else f"{ms} ms, {speedup} ×"


def draw(folder: Path, measured: Measured, told: Figures) -> None:
    """Draws the charts; imports what draws only now."""
    from benchmarks import charts

    times = {
        "Our request to stored PDF": told["request_to_pdf_p50_ms"],
        "rendercv as a library, warm, PDF only": told["bare_render_p50_ms"],
        "rendercv CLI": told["rendercv_cli_p50_ms"],
        "Chromium, running, once idle": told["chromium_pdf_waiting_for_idle_p50_ms"],
        "Chromium, running, at once": told["chromium_pdf_p50_ms"],
        "Chromium, started for it": told["chromium_pdf_cold_p50_ms"],
    }
    known = {name: ms for name, ms in times.items() if isinstance(ms, float)}
    charts.bars(folder / "pipeline-times.svg", "One CV to PDF, median", "ms", known)
    samples = measured.bursts.samples
    charts.lines(
        folder / "pipeline-memory.svg",
        "Memory of all processes (PSS)",
        _MEMORY_AXES,
        {
            "service and typesetters": [(one.runs, one.service_mb) for one in samples],
            "Postgres": [(one.runs, one.postgres_mb) for one in samples],
        },
        dots=False,
    )
    charts.lines(
        folder / "pipeline-sizes.svg",
        "Time by length",
        ("pages", "ms"),
        {
            "PDF with pictures, by its pages": [(one.pages, one.ms) for one in measured.typeset if one.ms],
            "request to PDF, by pages of the base CV": [
                (one.pages, one.ms) for one in measured.requests if one.ms
            ],
        },
    )
