"""The judge's opinions for a terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.terminal import printable
from evals.judge.opinions import ASPECTS, Agreement, Aspect, Opinion, Opinions

_SHOWN_CASES = 20
_SHOWN_TEXT = 300


def show_opinions(opinions: Opinions, console: Console) -> None:
    """Prints how far the judge agrees with the metrics, and every case on which it does not."""
    console.print(_table(opinions))
    console.print("A second opinion only: the gate does not read it.")
    for aspect in ASPECTS:
        _show_disagreements(opinions.disagreements(aspect), aspect, console)
    if opinions.unread:
        console.print(f"\n{len(opinions.unread)} replies could not be read, and their cases have no opinion:")
    for unread in opinions.unread[:_SHOWN_CASES]:
        _print(f"    {unread.id}: {_short(unread.reply) or 'nothing'}", console)


def _table(opinions: Opinions) -> Table:
    title = (
        f"judge {opinions.model}, temperature {opinions.temperature:g}, prompt {opinions.prompt}, "
        f"{len(opinions.given)} opinions"
    )
    table = Table(title=Text(printable(title)), title_justify="left")
    table.add_column("beside the metrics")
    for name in ("cases", "agreed", "kappa", "both yes", "only the judge", "only the metrics", "both no"):
        table.add_column(name, justify="right")
    for row in opinions.agreements:
        table.add_row(*_cells(row))
    return table


def _cells(row: Agreement) -> list[str]:
    counts = (row.both, row.judge_alone, row.metrics_alone, row.neither)
    return [row.aspect, str(row.cases), _value(row.share), _value(row.kappa), *map(str, counts)]


def _show_disagreements(differing: list[Opinion], aspect: Aspect, console: Console) -> None:
    if not differing:
        return
    console.print(f"\nThey disagree on {len(differing)} cases whether the answer is {aspect}:")
    for opinion in differing[:_SHOWN_CASES]:
        says = "judge yes, metrics no" if opinion.judge.on(aspect) else "judge no, metrics yes"
        _print(f"    {opinion.id} ({says}): {_short(opinion.reason)}", console)
    if len(differing) > _SHOWN_CASES:
        console.print(f"    ... and {len(differing) - _SHOWN_CASES} more.")


def _print(line: str, console: Console) -> None:
    # What a model wrote steers neither rich nor the terminal.
    console.print(line, markup=False, highlight=False, soft_wrap=True)


def _short(text: str) -> str:
    line = " ".join(printable(text).split())
    return line if len(line) <= _SHOWN_TEXT else line[: _SHOWN_TEXT - 1] + "…"


def _value(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
