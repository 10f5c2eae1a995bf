"""Results as tables: every pair for the terminal, a few rows for the README."""

import math
import re
from pathlib import Path

from evals.bench.large import LISTING, MODELS, OPENING, READING
from evals.bench.page import EMPTY, IN_A_PROCESS
from evals.bench.results import Results
from evals.bench.sampling import Beside, Measure
from evals.bench.searching import SMALLER, WHOLE
from evals.errors import ResultsError

BEGIN, END = "<!-- bench -->", "<!-- /bench -->"

README_ROWS = (
    ("ingest", "PyTorch fp32", "embedding passages"),
    ("ingest", "the wheel's own engine", "embedding passages"),
    ("query", "PyTorch fp32", "embedding one question"),
    ("answer", "its search alone", "a whole answer, model loaded"),
    ("page-ready", EMPTY, "the page ready for a question, once the server listens"),
    ("page-words", IN_A_PROCESS, "Enter to the answer's first words in the browser"),
    ("search-1000", "rank_bm25", "a search among 1,000 chunks"),
    ("search-10000", "rank_bm25", "a search among 10,000 chunks"),
    ("search-100000", "rank_bm25", "a search among 100,000 chunks"),
    ("search-100000", SMALLER, "a search among 100,000 chunks"),
    ("search-100000", "Chroma alone", "a search among 100,000 chunks"),
    ("filter-folder-100000", WHOLE, "a search in one folder of 100,000 chunks, its question embedded before"),
    ("filter-tag-100000", WHOLE, "a search in one tag of 100,000 chunks, its question embedded before"),
    ("change-none", LISTING, "10,000 notes, none changed: a sync"),
    ("change-edit", LISTING, "10,000 notes, one edited: a sync"),
    ("change-rename", LISTING, "10,000 notes, one renamed: a sync"),
    ("change-seen", OPENING, "10,000 notes, one edited: the first search of an open index"),
    ("build-notes", READING, "indexing 10,000 notes, vectors made up"),
    ("build-memory", MODELS, "most memory while indexing 10,000 notes"),
    ("serve-memory", MODELS, "most memory while answering from 10,000 notes"),
    ("start-ask", "the same with PyTorch", "`mutgo ask`, the whole process"),
    ("memory", "the same with PyTorch", "most memory while answering from the corpus"),
)
"""What the README tells: a measure, a yardstick, and the words for it."""

_MANY = 20
"""Of so many samples and more the 95th percentile is told as well."""

_HOW = (
    "Vaults of 1,000 chunks and more are made up, and so are their vectors: to embed 100,000 chunks would take",
    "hours. A question is really embedded within each search, a changed note within each sync. Memory is that of",
    "a process and its children; one that indexes embeds each hundredth batch with the real model.",
    "`python -m evals bench` measures again.",
)

_NOT_YET = "Not measured yet: `python -m evals bench` does it."


def text_table(results: Results) -> str:
    """Returns a line for every pair: both medians, the median of the ratios and its quartiles; and what failed."""
    rows = [("", "mutgo", "p95", "beside", "", "ratio", "quartiles")]
    for measure in results.measures:
        for name, other in measure.beside.items():
            low, high = other.ratio.quartiles
            rows.append(
                (
                    measure.what,
                    amount(measure.summary.median, measure.unit),
                    amount(measure.summary.p95, measure.unit) if len(measure.samples) >= _MANY else "",
                    name,
                    amount(other.summary.median, measure.unit),
                    figure(other.ratio.median),
                    f"{figure(low)} - {figure(high)}",
                )
            )
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines += [f"{name} failed: {said}" for name, said in results.failures.items()]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def readme_table(results: Results) -> str:
    """Returns the README's Markdown: when and where, a few rows, how to read them."""
    machine = results.machine
    lines = [
        f"Measured {results.date[:10]} on {machine.cores} cores ({machine.cpu}), {machine.memory_gb:.0f} GB, "
        f"load {machine.load} before the run. Each number stands beside a yardstick measured in turn with it;",
        "the ratio is mutgo's by the yardstick's, the median of all pairs and the range of their middle half.",
        "",
        "| | mutgo | beside | ratio |",
        "| --- | --- | --- | --- |",
    ]
    for name, yardstick, words in README_ROWS:
        measure = results.measure(name)
        if measure and yardstick in measure.beside:
            lines.append(_readme_row(measure, yardstick, measure.beside[yardstick], words))
    return "\n".join([*lines, "", *_HOW])


def readme_section(results: Results | None) -> str:
    """Returns what stands between the README's markers: the table of a run, or that there is none."""
    return f"{BEGIN}\n{readme_table(results) if results else _NOT_YET}\n{END}"


def write_readme(results: Results, readme: Path) -> None:
    """Puts a run's table between the README's markers.

    Raises:
        ResultsError: The README has no markers.
    """
    text = readme.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not pattern.search(text):
        raise ResultsError(f"{str(readme)!r} has no place for the table. Write {BEGIN} and {END} into it.")
    section = readme_section(results)
    readme.write_text(pattern.sub(lambda match: section, text, count=1), encoding="utf-8")


def amount(number: float, unit: str) -> str:
    """Returns a measured number for people.

    >>> [amount(0.0123, "s"), amount(2.5, "s"), amount(13.26, "passages/s"), amount(812.4, "MB")]
    ['12 ms', '2.5 s', '13 passages/s', '810 MB']
    """
    if unit == "s" and number < 1:
        return f"{figure(number * 1000)} ms"
    return f"{figure(number)} {unit}"


def figure(number: float) -> str:
    """Returns two significant figures: what is measured on a shared machine holds no more.

    >>> [figure(number) for number in (0.0123, 0.98, 1.04, 3.26, 13.26, 812.4, 20_450)]
    ['0.012', '0.98', '1.0', '3.3', '13', '810', '20,000']
    """
    if not number:
        return "0"
    decimals = 1 - math.floor(math.log10(abs(float(f"{number:.1e}"))))
    return f"{round(number, decimals):,.{max(0, decimals)}f}"


def _readme_row(measure: Measure, yardstick: str, other: Beside, words: str) -> str:
    low, high = other.ratio.quartiles
    cells = (
        words,
        _with_p95(measure),
        f"{yardstick}: {amount(other.summary.median, measure.unit)}",
        f"{figure(other.ratio.median)} ({figure(low)} to {figure(high)})",
    )
    return f"| {' | '.join(cells)} |"


def _with_p95(measure: Measure) -> str:
    median = amount(measure.summary.median, measure.unit)
    if len(measure.samples) < _MANY:
        return median
    return f"{median}, p95 {amount(measure.summary.p95, measure.unit)}"
