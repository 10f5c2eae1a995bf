"""The summary for a pull request comment."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evals.compare import MARGINS
from evals.report.headline import Headline, Tile, is_headline
from evals.report.slices import COLUMNS, Cell, SliceGroup
from evals.report.worst import Entry
from evals.results import Results

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~&$]|:(?=//))")
_WORST = 10
_ROWS = 10
"""So many accepted runs of the history are shown, the latest ones."""
_LONGEST = 160


def summary(
    results: Results,
    head: Headline,
    tiles: Sequence[Tile],
    groups: Sequence[SliceGroup],
    history: Sequence[Mapping[str, Any]],
    entries: Sequence[Entry],
) -> str:
    """Returns the report in Markdown: verdict, headline table, slices, trend, worst cases."""
    parts = [
        f"## mutgo evals: {head.title.en.lower() if head.state != 'none' else 'no baseline'}",
        _run_line(results),
        "\n".join(f"- {plain(reason.en)}" for reason in (*head.reasons, *head.left_out)),
        _headline_table([tile for tile in tiles if is_headline(tile)]),
        "### Slices\n\n" + _slice_table(groups),
        "### Accepted runs\n\n" + _trend_table(history) if history else "",
        _worst_list([entry for entry in entries if entry.failed]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _run_line(results: Results) -> str:
    about = results.about
    commit = re.sub("[^0-9a-z+]", "", str(about.get("commit") or "none"))
    told = {name: plain(about.get(name, "")) for name in ("answerer", "suite", "embedder")}
    return (
        f"{told['answerer']}, suite {told['suite']}, {len(results.cases)} cases, commit `{commit}`, "
        f"{plain(results.date[:16].replace('T', ' '))}, model {told['embedder']}"
    )


def plain(text: object) -> str:
    r"""Returns untrusted text so that it stays text: no markup, link, image or mention, on one line.

    >>> plain("![x](http://a.test)")
    '\\!\\[x\\](http\\://a.test)'
    """
    line = " ".join(str(text).split())
    line = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
    return _SPECIAL.sub(r"\\\1", line).replace("www.", "www\\.").replace("@", "@\u2060")


def _headline_table(tiles: Iterable[Tile]) -> str:
    rows = [_headline_row(tile) for tile in tiles]
    return _table(["metric", "mean", "95 %", "cases", "change", "95 %", "verdict"], rows)


def _headline_row(tile: Tile) -> list[str]:
    spread = f"{tile.spread.low:.3f} – {tile.spread.high:.3f}" if tile.spread else ""
    change = tile.change.interval if tile.change else None
    return [
        f"`{tile.metric}`" + (" (lower is better)" if tile.lower else ""),
        f"**{tile.value:.3f}**",
        spread,
        str(tile.cases),
        "" if tile.difference is None else f"{tile.difference:+.3f}",
        f"{change.low:+.3f} – {change.high:+.3f}" if change else "",
        tile.change.verdict if tile.change else "",
    ]


def _slice_table(groups: Iterable[SliceGroup]) -> str:
    rows = [
        [f"`{row.slice}`", str(row.cases), *map(_cell, row.cells)]
        for group in groups
        if group.group != "about"
        for row in group.rows
    ]
    return _table(["slice", "cases", *COLUMNS], rows)


def _cell(cell: Cell) -> str:
    return "" if cell.value is None else f"{cell.value:.2f}"


def _trend_table(history: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [
            plain(str(row.get("date", ""))[:10]),
            plain(row.get("commit", "")),
            *(f"{row['metrics'][m]:.3f}" if m in row["metrics"] else "" for m in MARGINS),
            plain(row.get("why", "")),
        ]
        for row in history[-_ROWS:]
    ]
    return _table(["date", "commit", *MARGINS, "why"], rows, left=("date", "commit", "why"))


def _worst_list(entries: Sequence[Entry]) -> str:
    if not entries:
        return "No case went wrong."
    lines = [f"### The worst of {len(entries)} cases that went wrong\n"]
    for entry in entries[:_WORST]:
        case = entry.case
        marks = [*(["must pass"] if case.must_pass else []), *(flip.text.en for flip in entry.flips)]
        mark = f" **({', '.join(marks)})**" if marks else ""
        stage = case.error or (entry.stage.en if entry.stage else "")
        why = "; ".join(case.wrong)
        lines.append(
            f"1. {plain(case.question[-1])}{mark}  \n   {plain(case.id)}: {plain(stage)} – {plain(why)}"
        )
    return "\n".join(lines)


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[str] = ("metric", "slice", "verdict")
) -> str:
    rule = [":--" if name in left else "--:" for name in head]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *rows])
