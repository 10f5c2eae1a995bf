"""Inline SVG out of numbers: lines, dots, bars. Pure, and without any text in the picture.

A picture is drawn on a square of 100 by 100 that the page stretches to whatever room there is:
strokes keep their width (`vector-effect`), and dots are lines of no length with round caps, so
they stay round. The labels are HTML beside it, as large on a phone as on a desk.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

Point = tuple[float, float]
"""A place in a picture, each coordinate from 0 (left, bottom) to 1."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A label at a place of an axis, from 0 to 1."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and the labels of its axes."""

    body: Markup
    x: tuple[Tick, ...] = ()
    y: tuple[Tick, ...] = ()


def line(points: Sequence[Point], css: str) -> Markup:
    """Returns a line through points.

    >>> str(line([(0, 0), (0.5, 1)], "curve"))
    '<path class="curve" d="M0 100L50 0"/>'
    """
    return Markup('<path class="{}" d="{}"/>').format(css, _path(points)) if points else Markup()


def area(points: Sequence[Point], css: str) -> Markup:
    """Returns the area between a line and the floor."""
    if not points:
        return Markup()
    closed = [*points, (points[-1][0], 0.0), (points[0][0], 0.0)]
    return Markup('<path class="{}" d="{}Z"/>').format(css, _path(closed))


def dot(at: Point, css: str, title: str = "") -> Markup:
    """Returns a dot, with what is shown while the mouse rests on it."""
    told = Markup("<title>{}</title>").format(title) if title else Markup()
    return Markup('<path class="dot {}" d="{}h0">{}</path>').format(css, _path([at]), told)


def bar(low: Point, high: Point, css: str, title: str = "") -> Markup:
    """Returns a rectangle between two corners."""
    told = Markup("<title>{}</title>").format(title) if title else Markup()
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}">{}</rect>').format(
        css, _across(low[0]), _down(high[1]), _across(high[0] - low[0]), _across(high[1] - low[1]), told
    )


def grid(ticks: Iterable[Tick]) -> Markup:
    """Returns a faint level line at each tick of the upright axis."""
    return join(line([(0, tick.at), (1, tick.at)], "grid") for tick in ticks)


def join(parts: Iterable[Markup]) -> Markup:
    """Returns pictures on top of each other, the last one uppermost."""
    return Markup().join(parts)


def percent_ticks() -> tuple[Tick, ...]:
    """Returns the labels of an axis from nothing to all."""
    return tuple(Tick(share / 100, f"{share}%") for share in (0, 25, 50, 75, 100))


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_across(x)} {_down(y)}" for x, y in points)


def _across(x: float) -> str:
    return f"{100 * x:.2f}".rstrip("0").rstrip(".")


def _down(y: float) -> str:
    return _across(1 - y)
