"""Where cases were lost, by what was asked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from markupsafe import Markup

from evals.loss import Loss
from evals.report import charts
from evals.report.texts import Text, loss_name, slice_name
from evals.results import CaseResult

STAGES: tuple[Loss, ...] = get_args(Loss)
_ROOM_FOR_COUNT = 0.035
"""Share of the widest bar from which on a number fits into a segment."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The lost cases of one stage: where their bar starts and ends, from 0 to 1."""

    stage: Loss
    name: Text
    count: int
    start: float
    end: float

    @property
    def has_room(self) -> bool:
        """Whether its number fits in."""
        return self.end - self.start >= _ROOM_FOR_COUNT


@dataclass(frozen=True, slots=True)
class LossRow:
    """A kind of question.

    Attributes:
        slice: The slice.
        name: What people call it.
        cases: Its cases.
        segments: Its losses, in the order of the stages.
    """

    slice: str
    name: Text
    cases: int
    segments: tuple[Segment, ...]

    @property
    def lost(self) -> int:
        """How many were lost at all."""
        return sum(segment.count for segment in self.segments)

    @property
    def bar(self) -> Markup:
        """The stacked bar."""
        return charts.join(
            charts.bar((s.start, 0), (s.end, 1), f"stage {s.stage}", f"{s.name.ko} / {s.name.en}: {s.count}")
            for s in self.segments
        )


def loss_rows(cases: Sequence[CaseResult]) -> list[LossRow]:
    """Returns the kinds, those that lost most first; all bars are of one scale."""
    kinds: dict[str, list[CaseResult]] = {}
    for case in cases:
        for name in case.slices:
            if name.startswith("kind:"):
                kinds.setdefault(name, []).append(case)
    counts = {name: Counter[Loss](case.lost for case in group if case.lost) for name, group in kinds.items()}
    widest = max((count.total() for count in counts.values()), default=0) or 1
    rows = [
        LossRow(name, slice_name(name), len(kinds[name]), _segments(counts[name], widest)) for name in kinds
    ]
    return sorted(rows, key=lambda row: (-row.lost, row.slice))


def loss_totals(cases: Sequence[CaseResult]) -> list[tuple[Loss, Text, int]]:
    """Returns each stage with its cases, in the order a question goes through them."""
    counts = Counter(case.lost for case in cases)
    return [(stage, loss_name(stage), counts[stage]) for stage in STAGES]


def _segments(counts: Counter[Loss], widest: int) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    start = 0.0
    for stage in STAGES:
        if counts[stage]:
            end = start + counts[stage] / widest
            segments.append(Segment(stage, loss_name(stage), counts[stage], start, end))
            start = end
    return tuple(segments)
