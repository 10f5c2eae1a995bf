"""How notes are best split: every way of splitting, asked the same cases through the real product."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evals.gold import GoldCase
from evals.results import CaseResult
from evals.run import run
from evals.stats import Interval, difference_interval
from evals.systems import OURS, Setup
from evals.tables import metric_of
from index.chunks import DEFAULT_CHUNKING, Chunking
from index.sync import Progress

METRICS = ("recall@1", "recall@5", "ndcg@10", "found", "correct")

WAYS: Mapping[str, Chunking] = {
    "as it is": DEFAULT_CHUNKING,
    **{f"at most {limit} tokens": replace(DEFAULT_CHUNKING, limit=limit) for limit in (96, 192, 320, 448)},
    "overviews of titles": replace(DEFAULT_CHUNKING, overview="titles"),
    "overviews of openings": replace(DEFAULT_CHUNKING, overview="openings"),
    "overviews of bodies": replace(DEFAULT_CHUNKING, overview="bodies"),
}
"""Ways that are the default by another name are left out when they are asked."""

_BEGIN, _END = "<!-- chunking -->", "<!-- /chunking -->"


@dataclass(frozen=True, slots=True)
class Way:
    """What one way of splitting reached.

    Attributes:
        name: What it is.
        means: Each metric's mean.
        differences: Each metric's 95 % interval of the difference from the default, by paired cases.
    """

    name: str
    means: Mapping[str, float | None]
    differences: Mapping[str, Interval | None]


def ablate(cases: Sequence[GoldCase], setup: Setup, progress: Progress) -> Iterator[Way]:
    """Asks all cases once for each way of splitting, the default first."""
    default: tuple[CaseResult, ...] | None = None
    for number, (name, chunking) in enumerate(WAYS.items()):
        if number and chunking == DEFAULT_CHUNKING:
            continue
        work = setup.work / f"chunking-{number}"
        work.mkdir()
        asked = run(cases, "all", OURS, replace(setup, chunking=chunking, work=work), progress).cases
        default = default or asked
        yield _way(name, default, asked)


def _way(name: str, default: Sequence[CaseResult], asked: Sequence[CaseResult]) -> Way:
    clusters = [case.cluster for case in asked]
    differences = {
        metric: difference_interval(
            [(a.scores.get(metric), b.scores.get(metric)) for a, b in zip(default, asked, strict=True)],
            clusters,
        )
        for metric in METRICS
    }
    return Way(name, {metric: metric_of(asked, metric)[0] for metric in METRICS}, differences)


def table(ways: Sequence[Way], cases: int) -> str:
    """Returns the ways as a Markdown table; a difference that zero is not in is marked."""
    lines = [
        f"{cases} cases of the dev split, retrieval and answers; in brackets the 95 % interval of the "
        "difference from the first row.",
        "",
        "| | " + " | ".join(METRICS) + " |",
        "|---|" + "---|" * len(METRICS),
    ]
    for number, way in enumerate(ways):
        cells = [_cell(way.means[m], way.differences[m] if number else None) for m in METRICS]
        lines.append(f"| {way.name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(mean: float | None, difference: Interval | None) -> str:
    if mean is None:
        return "–"
    if difference is None:
        return f"{mean:.3f}"
    text = f"{mean:.3f} [{difference.low:+.3f}, {difference.high:+.3f}]"
    return f"**{text}**" if difference.low > 0 or difference.high < 0 else text


def write_page(page: Path, text: str) -> None:
    """Puts the table between the page's marks."""
    before, rest = page.read_text(encoding="utf-8").split(_BEGIN)
    after = rest.split(_END)[1]
    page.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{after}", encoding="utf-8")
