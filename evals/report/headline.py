"""What was run, the verdict against the baseline, and a tile for each headline metric."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evals.compare import MARGINS, PASSES, Change, Comparison, compare
from evals.errors import ResultsError
from evals.gate import lost
from evals.metrics import BY_NAME, METRICS
from evals.report import charts
from evals.report.texts import OVERALL, VERDICTS, Text, metric_about, metric_name, reason, slice_name
from evals.results import Results
from evals.stats import Interval
from evals.tables import metric_of

_TALLY = Text("주요 지표 {all}개: {some}", "{all} headline metrics: {some}")
_WORSE = Text("{metric} 나빠짐: {before} → {after}", "{metric} is worse: {before} → {after}")
_SLICE = Text(
    "‘{name}’ 질문의 {metric}: 새로 틀림 {worse}개, 새로 맞음 {better}개 ({p})",
    "“{name}” cases, {metric}: {worse} lost, {better} won ({p})",
)
_MUST_PASS = Text("새로 틀린 필수 질문 {count}개 ({some})", "Must-pass cases lost: {count} ({some})")
_FLIPS = Text(
    "정답 여부가 바뀐 질문: 새로 틀림 {worse}개, 새로 맞음 {better}개",
    "Flips of correct: {worse} lost, {better} won",
)
_ERRORS = Text("실행하지 못한 질문: {count}개", "Cases that failed to run: {count}")

_NAMED = 3
"""So many lost must-pass cases are named at the top; the list of cases has them all, first."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One metric of the run.

    Attributes:
        metric: Its name.
        name: What people call it.
        about: What it counts.
        lower: Whether lower is better.
        value: Its mean over all cases of the run.
        spread: The 95 % interval; None with fewer than two clusters.
        cases: How many cases have it.
        change: Beside the baseline, on the cases both share; None without one.
    """

    metric: str
    name: Text
    about: Text
    lower: bool
    value: float
    spread: Interval | None
    cases: int
    change: Change | None

    @property
    def digits(self) -> int:
        """How many decimals it is shown with: shares with three, lengths with one."""
        return 3 if self.value <= 1 else 1

    @property
    def difference(self) -> float | None:
        """How much more than the baseline's mean."""
        change = self.change
        if change is None or change.before is None or change.after is None:
            return None
        return round(change.after - change.before, self.digits) + 0.0  # not -0.0, which reads as a loss

    @property
    def verdict(self) -> Text | None:
        """What the change means."""
        return VERDICTS[self.change.verdict] if self.change else None

    @property
    def bar(self) -> Markup:
        """Interval, mean and the baseline's mean on a line from 0 to 1."""
        parts = [charts.line([(0, 0.5), (1, 0.5)], "track")]
        if self.spread:
            parts.append(charts.line([(self.spread.low, 0.5), (self.spread.high, 0.5)], "spread"))
        if self.change and self.change.before is not None:
            parts.append(charts.line([(self.change.before, 0.1), (self.change.before, 0.9)], "before"))
        return charts.join([*parts, charts.dot((self.value, 0.5), "mean")])


@dataclass(frozen=True, slots=True)
class Headline:
    """The top of the report.

    Attributes:
        state: A key of `texts.OVERALL`.
        title: The verdict in words.
        reasons: What it rests on.
        left_out: Why cases were left out of the comparison.
        shared: Cases that were compared.
    """

    state: str
    title: Text
    reasons: tuple[Text, ...]
    left_out: tuple[Text, ...]
    shared: int


def comparison_with(standard: Results | None, results: Results) -> Comparison | None:
    """Compares what a run shares with the baseline; None without one, or where nothing is shared."""
    if standard is None:
        return None
    try:
        return compare(standard, results, shared=True)
    except ResultsError:
        return None


def tiles(results: Results, comparison: Comparison | None) -> list[Tile]:
    """Returns every metric that the run has a value for, in the order of `METRICS`."""
    changes = {change.metric: change for change in comparison.changes} if comparison else {}
    found: list[Tile] = []
    for metric in METRICS:
        value, spread, cases = metric_of(results.cases, metric.name)
        if value is not None:
            name, about = metric_name(metric.name), metric_about(metric.name)
            lower = metric.better == "lower"
            found.append(
                Tile(metric.name, name, about, lower, value, spread, cases, changes.get(metric.name))
            )
    return found


def headline(results: Results, standard: Results | None, comparison: Comparison | None) -> Headline:
    """Returns the verdict: worse if anything is surely worse, then better if anything is surely better."""
    errors = (_ERRORS.of(count=len(results.errors)),) if results.errors else ()
    if comparison is None:
        state = "none" if standard is None else "unshared"
        return Headline(state, OVERALL[state], errors, (), 0)
    worse = tuple(_worse(comparison))
    state = "regressed" if worse else _state(_headline_changes(comparison))
    reasons = (*errors, _tally(comparison), _flips(comparison), *worse)
    left_out = tuple(reason(why) for why in comparison.left_out)
    return Headline(state, OVERALL[state], reasons, left_out, len(comparison.after.cases))


def _headline_changes(comparison: Comparison) -> list[Change]:
    return [change for change in comparison.changes if change.metric in MARGINS]


def _state(changes: Sequence[Change]) -> str:
    verdicts = {change.verdict for change in changes}
    return next((verdict for verdict in ("improved", "inconclusive") if verdict in verdicts), "equivalent")


def _worse(comparison: Comparison) -> Iterator[Text]:
    for change in _headline_changes(comparison):
        if change.verdict == "regressed":
            values = {"before": f"{change.before or 0:.3f}", "after": f"{change.after or 0:.3f}"}
            yield _in_both(_WORSE, metric=metric_name(change.metric), **values)
    for row in comparison.slices:
        if row.verdict == "regressed":
            counts = {
                "worse": len(row.worse),
                "better": len(row.better),
                "p": f"p = {row.p:.4f}" if row.p >= 0.0001 else "p < 0.0001",
            }
            yield _in_both(_SLICE, name=slice_name(row.name), metric=metric_name(row.metric), **counts)
    after = {case.id: case for case in comparison.after.cases}
    basic = [case for case in comparison.before.cases if case.must_pass]
    gone = [case.question[-1] for case in basic if any(lost(case, after[case.id], m) for m in PASSES)]
    if gone:
        some = " / ".join(gone[:_NAMED]) + (" / …" if len(gone) > _NAMED else "")
        yield _MUST_PASS.of(count=len(gone), some=some)


def _tally(comparison: Comparison) -> Text:
    changes = _headline_changes(comparison)
    counts = Counter(change.verdict for change in changes)
    known = [(text, counts[verdict]) for verdict, text in VERDICTS.items() if counts[verdict]]
    some = Text(
        ", ".join(f"{text.ko} {count}개" for text, count in known),
        ", ".join(f"{count} {text.en}" for text, count in known),
    )
    return _in_both(_TALLY, all=len(changes), some=some)


def _flips(comparison: Comparison) -> Text:
    rows = [row for row in comparison.slices if row.name == "all" and row.metric == "correct"]
    worse, better = sum(len(row.worse) for row in rows), sum(len(row.better) for row in rows)
    return _FLIPS.of(worse=worse, better=better)


def _in_both(text: Text, **values: object) -> Text:
    """Fills a text with values of which some have two languages themselves."""
    ko = {name: value.ko if isinstance(value, Text) else value for name, value in values.items()}
    en = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
    return Text(text.ko.format(**ko), text.en.format(**en))


def is_headline(tile: Tile) -> bool:
    """Whether a metric is one of those the gate looks at."""
    return tile.metric in MARGINS and BY_NAME[tile.metric].better != "neither"
