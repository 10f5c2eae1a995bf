"""The cases that went wrong, the worst first, and those that changed since the baseline."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evals.compare import PASSES, Comparison
from evals.gate import lost
from evals.report.losses import STAGES
from evals.report.texts import FLIPS, Text, loss_name, metric_name, reason
from evals.results import CaseResult

_WORTH = ("correct", "found", "fact_recall", "citation_recall", "refusal_recall")
"""What tells a case that went wrong a little from one that went wrong altogether."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A metric that a case passed and now fails (`lost`), or the other way round (`won`)."""

    metric: str
    way: str

    @property
    def text(self) -> Text:
        """What happened, for people."""
        name, way = metric_name(self.metric), FLIPS[self.way]
        return Text(f"{name.ko}: {way.ko}", f"{name.en}: {way.en}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One case of the list.

    Attributes:
        case: The case.
        flips: What changed since the baseline.
        before: What the baseline answered, where that changed.
    """

    case: CaseResult
    flips: tuple[Flip, ...]
    before: tuple[str, ...] | None

    @property
    def failed(self) -> bool:
        """Whether it went wrong in this run."""
        return failed(self.case)

    @property
    def states(self) -> str:
        """What it can be filtered by, besides its slices."""
        names = [flip.way for flip in self.flips] + ([self.case.lost] if self.case.lost else [])
        names += ["failed"] if self.failed else []
        names += ["must_pass"] if self.failed and self.case.must_pass else []
        return " ".join(dict.fromkeys(names))

    @property
    def stage(self) -> Text | None:
        """Where it was lost."""
        return loss_name(self.case.lost) if self.case.lost else None

    @property
    def wrong(self) -> list[Text]:
        """What the answer lacks."""
        return [reason(text) for text in self.case.wrong]

    @property
    def sentences(self) -> list[dict[str, Any]]:
        """The sentences of the answer; a baseline keeps nothing but their text."""
        return (self.case.answer or {}).get("sentences", [])

    @property
    def citations(self) -> list[dict[str, Any]]:
        """The quotes of the answer, which a baseline does not keep."""
        return (self.case.answer or {}).get("citations", [])

    @property
    def language(self) -> str:
        """The language of the question."""
        return "en" if "lang:en" in self.case.slices else "ko"


def entries(cases: Sequence[CaseResult], comparison: Comparison | None) -> list[Entry]:
    """Returns the cases that went wrong or changed: must-pass ones first, then by what they lost."""
    before = {case.id: case for case in comparison.before.cases} if comparison else {}
    found = [_entry(case, before.get(case.id)) for case in cases]
    return sorted((entry for entry in found if entry.failed or entry.flips), key=_order)


def failed(case: CaseResult) -> bool:
    """Whether a case went wrong."""
    return case.error is not None or bool(case.wrong) or case.lost is not None


def worth(case: CaseResult) -> float:
    """Returns how much of a case went right, from 0 to 1; below 0 where it failed to run."""
    values = [value for metric in _WORTH if (value := case.value(metric)) is not None]
    return sum(values) / len(values) if values else -1.0


def _entry(case: CaseResult, old: CaseResult | None) -> Entry:
    if old is None:
        return Entry(case, (), None)
    ways = ((metric, "lost" if lost(old, case, metric) else "won") for metric in PASSES)
    flips = tuple(Flip(m, way) for m, way in ways if lost(old, case, m) or lost(case, old, m))
    said, now = _said(old), _said(case)
    return Entry(case, flips, said if flips and said != now else None)


def _order(entry: Entry) -> tuple[bool, bool, float, bool, int, str]:
    case = entry.case
    stage = STAGES.index(case.lost) if case.lost else -1
    is_lost = any(flip.way == "lost" for flip in entry.flips)
    return not entry.failed, not case.must_pass, worth(case), not is_lost, stage, case.id


def _said(case: CaseResult) -> tuple[str, ...]:
    return tuple(sentence["text"] for sentence in (case.answer or {}).get("sentences", []))
