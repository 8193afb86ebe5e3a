"""Draws what a benchmark measured, as SVG that is readable on a light and on a dark page."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pygal
from pygal.style import Style

_INK, _FAINT = "#808080", "#80808066"
_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground=_INK,
    foreground_strong=_INK,
    foreground_subtle=_FAINT,
    guide_stroke_color=_FAINT,
    major_guide_stroke_color=_FAINT,
    colors=("#3b82f6", "#e07b39", "#2ea37a", "#a855f7"),
    font_family="system-ui, sans-serif",
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=13,
    title_font_size=16,
)
_WIDTH, _LINE_HEIGHT, _BAR_HEIGHT, _AROUND_BARS = 760, 380, 40, 70


def bars(file: Path, title: str, unit: str, values: Mapping[str, float]) -> None:
    """Draws one bar a value, the first on top; the values stand in the labels, where they are readable."""
    chart = pygal.HorizontalBar(
        **_usual(title),
        height=_AROUND_BARS + _BAR_HEIGHT * len(values),
        show_legend=False,
        value_formatter=lambda value: f"{value:,.0f} {unit}",
        show_x_labels=False,
        show_x_guides=False,
    )
    upwards = dict(reversed(values.items()))
    chart.x_labels = [f"{name}: {value:,.0f} {unit}" for name, value in upwards.items()]
    chart.add("", list(upwards.values()))
    _write(chart, file)


def lines(
    file: Path,
    title: str,
    axes: tuple[str, str],
    series: Mapping[str, Sequence[tuple[float, float]]],
    *,
    dots: bool = True,
) -> None:
    """Draws one line a series of points; ``axes`` are the titles of x and y, with their units."""
    chart = pygal.XY(
        **_usual(title),
        height=_LINE_HEIGHT,
        x_title=axes[0],
        y_title=axes[1],
        show_dots=dots,
        dots_size=3,
        legend_at_bottom=True,
        show_legend=len(series) > 1,
        include_x_axis=True,
        value_formatter=lambda value: f"{value:,.0f}",
        x_value_formatter=lambda value: f"{value:,.0f}",
    )
    for name, points in series.items():
        chart.add(name, list(points))
    _write(chart, file)


def _usual(title: str) -> dict[str, object]:
    return {"style": _STYLE, "title": title, "width": _WIDTH, "js": (), "disable_xml_declaration": True}


def _write(chart: pygal.graph.base.BaseGraph, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(chart.render(is_unicode=True) + "\n")
