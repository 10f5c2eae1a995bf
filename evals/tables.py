"""A run, a comparison and the gate's judgement as tables for a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from evals.collection import Row
from evals.compare import MARGINS, PASSES, Change, Comparison
from evals.gate import Judgement
from evals.metrics import METRICS, mean
from evals.observation import READ
from evals.results import CaseResult, Results
from evals.stats import Interval, interval

_SHOWN_FLIPS = 12


def metric_of(cases: Sequence[CaseResult], metric: str) -> tuple[float | None, Interval | None, int]:
    """Returns a metric's mean over cases, its interval, and how many cases have it."""
    scored = [(case.scores[metric], case.cluster) for case in cases if metric in case.scores]
    scores, clusters = [score for score, _ in scored], [cluster for _, cluster in scored]
    return mean(scores), interval(scores, clusters), len(scores)


def slices_of(cases: Sequence[CaseResult]) -> dict[str, list[CaseResult]]:
    """Returns the cases of each slice, by name; what a question is about last."""
    found: dict[str, list[CaseResult]] = {}
    for case in cases:
        for name in case.slices:
            found.setdefault(name, []).append(case)
    return dict(sorted(found.items(), key=lambda row: (row[0].startswith("about:"), row[0])))


def show_run(results: Results, console: Console) -> None:
    """Prints the metrics of a run and how its slices fared."""
    table = Table(title=_title(results), title_justify="left")
    for name in ("metric", "mean", "95 %", "cases", "says"):
        table.add_column(name, justify="left" if name in ("metric", "says") else "right")
    for metric in METRICS:
        value, spread, count = metric_of(results.cases, metric.name)
        if value is not None:
            headline = f"[bold]{metric.name}[/]" if metric.name in MARGINS else metric.name
            table.add_row(headline, f"{value:.3f}", _interval(spread), str(count), metric.about)
    console.print(table)
    console.print(_slice_table(results))
    for case in results.errors:
        console.print(f"[red]error[/] {case.id}: {case.error}")
    _show_wrong(results, console)
    _show_timings(results, console)


def show_collection(rows: Sequence[Row], console: Console) -> None:
    """Prints how each way of ranking did, a table a type of query."""
    for kind in dict.fromkeys(row.type for row in rows):
        own = [row for row in rows if row.type == kind]
        table = Table(title=f"{kind}, {own[0].queries} queries", title_justify="left")
        for name in ("ranked by", "nDCG@10", "R@10", "hybrid is better by, 95 %"):
            table.add_column(name, justify="left" if name == "ranked by" else "right")
        for row in own:
            table.add_row(row.way, f"{row.ndcg:.3f}", f"{row.recall:.3f}", _interval(row.gain))
        console.print(table)


def _title(results: Results) -> str:
    about = results.about
    return f"{about['answerer']}, {about['suite']}, {len(results.cases)} cases, commit {about['commit'] or 'none'}"


def _slice_table(results: Results) -> Table:
    table = Table(title="slices", title_justify="left")
    table.add_column("slice")
    for metric in PASSES:
        table.add_column(metric, justify="right")
        table.add_column("95 %", justify="right")
        table.add_column("cases", justify="right")
    for name, cases in slices_of(results.cases).items():
        if name.startswith("about:"):
            continue
        cells: list[str] = []
        for metric in PASSES:
            value, spread, count = metric_of(cases, metric)
            cells += ["" if value is None else f"{value:.2f}", _interval(spread), str(count or "")]
        table.add_row(name, *cells)
    return table


def _show_wrong(results: Results, console: Console) -> None:
    wrong = [case for case in results.cases if case.lost]
    if wrong:
        wrong.sort(key=lambda case: not case.must_pass)
        names = ", ".join(case.id for case in wrong[:_SHOWN_FLIPS]) + (
            ", ..." if len(wrong) > _SHOWN_FLIPS else ""
        )
        basic = sum(case.must_pass for case in wrong)
        console.print(f"{len(wrong)} not right, {basic} of them must-pass: {names}", highlight=False)
        console.print("`python -m evals show CASE` explains one, `report` shows all.", highlight=False)


def _show_timings(results: Results, console: Console) -> None:
    timings = results.timings
    for stage in ("search", "answer"):
        values = sorted(t[stage] for t in timings["cases"].values() if stage in t)
        if values:
            middle, late = values[len(values) // 2], values[int(len(values) * 0.95)]
            console.print(f"{stage}: median {middle:.0f} ms, 95 % within {late:.0f} ms")
    console.print(f"the run: {timings['seconds']:.0f} s, at most {timings['peak_memory_mb']} MB")


def show_comparison(comparison: Comparison, console: Console, title: str = "") -> None:
    """Prints what changed between two runs, the flips, and what they retrieved and said."""
    for why in comparison.left_out:
        console.print(f"[yellow]only what both share is compared:[/] {why}")
    table = Table(title=title or f"{len(comparison.after.cases)} cases", title_justify="left")
    for name in ("metric", "before", "after", "difference, 95 %", "smallest it can show", "verdict"):
        table.add_column(name, justify="left" if name in ("metric", "verdict") else "right")
    for change in comparison.changes:
        if change.metric in MARGINS or change.verdict != "equivalent":
            table.add_row(*_change_cells(change))
    console.print(table)
    console.print(
        f"On pass or fail, {comparison.least_flips} flips all one way are the fewest that can't be chance: "
        f"{comparison.least_flips / max(1, len(comparison.after.cases)):.1%} of these cases."
    )
    for row in comparison.slices:
        if row.verdict in ("regressed", "improved"):
            console.print(
                f"[bold]{row.verdict}[/] {row.metric} of {row.name}: {len(row.worse)} lost, {len(row.better)} won "
                f"of {row.cases} (p {row.p:.4f})"
            )
    _show_flips(comparison, console)


def _change_cells(change: Change) -> list[str]:
    difference = (
        "" if change.interval is None else f"{change.interval.low:+.3f} .. {change.interval.high:+.3f}"
    )
    return [
        change.metric,
        _value(change.before),
        _value(change.after),
        difference,
        "" if change.smallest is None else f"{change.smallest:.3f}",
        change.verdict,
    ]


def _show_flips(comparison: Comparison, console: Console) -> None:
    after = {case.id: case for case in comparison.after.cases}
    flipped = [
        (case, after[case.id], metric)
        for metric in PASSES
        for case in comparison.before.cases
        if case.value(metric) != after[case.id].value(metric)
        and None not in (case.value(metric), after[case.id].value(metric))
    ]
    flipped.sort(key=lambda row: (row[0].value(row[2]) != 1.0, not row[0].must_pass, row[2] != "correct"))
    for old, new, metric in flipped[:_SHOWN_FLIPS]:
        colour, word = ("red", "lost") if old.value(metric) == 1.0 else ("green", "won")
        console.print(f"\n[{colour}]{word}[/] {metric} [bold]{old.id}[/] {old.question[-1]}")
        for line in flip_lines(old, new, metric):
            console.print(line, markup=False, highlight=False)
    if len(flipped) > _SHOWN_FLIPS:
        console.print(f"\n... and {len(flipped) - _SHOWN_FLIPS} more flips; `report` shows them all.")


def flip_lines(old: CaseResult, new: CaseResult, metric: str) -> list[str]:
    """Returns why a case flipped, what it retrieved before and after, and the sentences that changed."""
    lines = [f"    why: {reason}" for reason in new.wrong or old.wrong] if metric == "correct" else []
    places = [_places(case) for case in (old, new)]
    if places[0] != places[1]:
        lines += [f"    found before: {'; '.join(places[0]) or 'nothing'}"]
        lines += [f"    found after:  {'; '.join(places[1]) or 'nothing'}"]
    said = [[s["text"] for s in (case.answer or {}).get("sentences", [])] for case in (old, new)]
    lines += [f"    - {text}" for text in said[0] if text not in said[1]]
    lines += [f"    + {text}" for text in said[1] if text not in said[0]]
    return lines


def _places(case: CaseResult) -> list[str]:
    return [
        f"{'*' if p['meets'] else ''}{p['note']}:{p['line']} {' > '.join(p['headings'][-1:])}"
        for p in (case.passages or ())[:READ]
    ]


def show_judgement(judgement: Judgement, console: Console) -> None:
    """Prints the gate's verdict, and what led to it."""
    show_comparison(judgement.comparison, console, "gate cases, baseline beside this run")
    if judgement.passes:
        console.print("\n[green]The gate passes.[/]")
        return
    console.print("\n[red]The gate fails:[/]")
    for reason in judgement.reasons:
        console.print(f"  {reason}", markup=False, highlight=False)
    console.print(
        '`python -m evals show CASE` explains a case. If it is meant so: `python -m evals accept --why "..."`.'
    )


def _interval(spread: Interval | None) -> str:
    return "" if spread is None else f"{spread.low:.2f}..{spread.high:.2f}"


def _value(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
