"""A small line chart as SVG, with a text for every point. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 320, 132
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 10, 24
_LEAST_RANGE = 0.1
"""Height of a chart: a change of a thousandth must not look like a cliff."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a line.

    Attributes:
        value: From 0 to 1.
        when: What stands below it on the axis, if it is the first or the last.
        told: What it says to who points at it.
        hollow: Whether it is no standard yet.
    """

    value: float
    when: str
    told: str
    hollow: bool = False


def line_chart(name: str, dots: Sequence[Dot]) -> str:
    """Returns the chart of a metric; empty without points.

    Args:
        name: What the metric is called.
        dots: Its values, oldest first.
    """
    if not dots:
        return ""
    low, high = value_range([dot.value for dot in dots])
    places = [(_across(i, len(dots)), _down(dot.value, low, high)) for i, dot in enumerate(dots)]
    lines = "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="tick" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{100 * value:.3g}%</text>'
        for value in (low, (low + high) / 2, high)
        for y in (_down(value, low, high),)
    )
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    ends = [(0, "start" if len(dots) > 1 else "middle")] + ([(len(dots) - 1, "end")] if len(dots) > 1 else [])
    dates = "".join(
        f'<text class="tick" x="{places[i][0]:.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{escape(dots[i].when)}</text>'
        for i, anchor in ends
    )
    marks = "".join(
        f'<g class="dot{" hollow" if dot.hollow else ""}" tabindex="0" role="img" aria-label="{escape(dot.told)}">'
        f'<title>{escape(dot.told)}</title><circle class="reach" cx="{x:.1f}" cy="{y:.1f}" r="11"/>'
        f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="4"/></g>'
        for dot, (x, y) in zip(dots, places, strict=True)
    )
    return (
        f'<svg class="line-chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{escape(name)}">'
        f'{lines}<path class="line" d="M{path}"/>{dates}{marks}</svg>'
    )


def value_range(values: Sequence[float]) -> tuple[float, float]:
    """Returns the ends of an upright axis around some values, in twentieths, never narrow.

    >>> value_range([0.61, 0.75])
    (0.6, 0.75)
    >>> value_range([1.0])
    (0.9, 1.0)
    """
    low, high = int(min(values) * 20 + 1e-9) / 20, -int(-max(values) * 20 + 1e-9) / 20
    high = high if high >= max(values) else high + 0.05
    if high - low < _LEAST_RANGE:
        low, high = (high - _LEAST_RANGE, high) if high > 0.95 else (low, low + _LEAST_RANGE)
    return round(max(0.0, low), 2), round(min(1.0, max(high, low + _LEAST_RANGE)), 2)


def _across(position: int, count: int) -> float:
    room = WIDTH - _LEFT - _RIGHT - 16
    return _LEFT + 8 + (room / 2 if count == 1 else room * position / (count - 1))


def _down(value: float, low: float, high: float) -> float:
    share = (min(max(value, low), high) - low) / (high - low)
    return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)
