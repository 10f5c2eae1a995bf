"""Samples in turn, and what their ratios say.

    ours, yardstick, ours, yardstick, ...  ->  a ratio for each pair  ->  median and quartiles

A machine that others use too is now fast, now slow. What is measured within a second of each other
suffers alike, so the ratio of a pair holds still where its two halves don't.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

Sample = Callable[[int], float]
"""Takes the sample of a round, counted from 0, in the comparison's unit."""

Better = Literal["more", "less"]

_SETTLING_SECONDS = 0.05
"""OpenMP's threads spin for some milliseconds after their work; they shall not disturb the next."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Something of mutgo's that can be sampled, with its yardsticks.

    Attributes:
        name: A slug, unique in a run.
        what: What is measured, for people.
        unit: Of a sample: `s`, `MB`, `passages/s`.
        better: Whether more or less of it is better.
        rounds: Samples of each.
        ours: Mutgo's sample.
        yardsticks: The others' by name.
        warm_ups: Rounds before the first that counts; they have the numbers after the last.
        facts: Numbers that belong to it but were measured once: what was built, how long it took.
    """

    name: str
    what: str
    unit: str
    better: Better
    rounds: int
    ours: Sample
    yardsticks: Mapping[str, Sample]
    warm_ups: int = 1
    facts: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Summary:
    """The middle of some numbers and how far they spread, by linear interpolation.

    Attributes:
        median: The 50th percentile.
        quartiles: The 25th and the 75th.
        p95: The 95th: what one in twenty exceeds.
        extremes: The least and the greatest.
    """

    median: float
    quartiles: tuple[float, float]
    p95: float
    extremes: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Beside:
    """A yardstick's samples, and mutgo's divided by them, pair by pair."""

    samples: tuple[float, ...]
    summary: Summary
    ratio: Summary


@dataclass(frozen=True, slots=True)
class Measure:
    """A comparison with its samples, round by round."""

    name: str
    what: str
    unit: str
    better: Better
    facts: dict[str, float]
    samples: tuple[float, ...]
    summary: Summary
    beside: dict[str, Beside]


def measure(comparison: Comparison, progress: Progress) -> Measure:
    """Takes every sample of a comparison, in turn."""
    runners = {"": comparison.ours, **comparison.yardsticks}
    samples: dict[str, list[float]] = {name: [] for name in runners}
    for warm_up in range(comparison.warm_ups):
        for sample in runners.values():
            sample(comparison.rounds + warm_up)
    for number in range(comparison.rounds):
        progress(comparison.name, number, comparison.rounds)
        for name, sample in runners.items():
            time.sleep(_SETTLING_SECONDS)
            samples[name].append(sample(number))
    progress(comparison.name, comparison.rounds, comparison.rounds)
    return _measured(comparison, samples)


def _measured(comparison: Comparison, samples: Mapping[str, Sequence[float]]) -> Measure:
    ours = samples[""]
    return Measure(
        name=comparison.name,
        what=comparison.what,
        unit=comparison.unit,
        better=comparison.better,
        facts=dict(comparison.facts),
        samples=tuple(ours),
        summary=summarise(ours),
        beside={name: beside(ours, samples[name]) for name in comparison.yardsticks},
    )


def beside(ours: Sequence[float], theirs: Sequence[float]) -> Beside:
    """Puts a yardstick's samples beside mutgo's of the same rounds."""
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    return Beside(tuple(theirs), summarise(theirs), summarise(ratios))


def summarise(numbers: Sequence[float]) -> Summary:
    """Returns the middle and the spread of one number or more.

    >>> summarise([4.0, 1.0, 2.0, 3.0, 10.0])
    Summary(median=3.0, quartiles=(2.0, 4.0), p95=8.8, extremes=(1.0, 10.0))
    """
    # Of one number the standard library makes no percentiles.
    pair = [*numbers] * (2 if len(numbers) == 1 else 1)
    twentieths = statistics.quantiles(pair, n=20, method="inclusive")
    return Summary(
        median=twentieths[9],
        quartiles=(twentieths[4], twentieths[14]),
        p95=twentieths[18],
        extremes=(min(numbers), max(numbers)),
    )


def seconds(work: Callable[[], object]) -> float:
    """Returns how long some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
