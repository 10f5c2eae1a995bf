"""The parts of the view of the numbers: cards, charts, bars and cases, each as safe HTML."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from assistant.measuring.numbers import Numbers
from assistant.ui.numbers_chart import Dot, line_chart
from assistant.ui.numbers_texts import NumbersTexts

ORDER = (
    "correct", "recall@5", "fact_recall", "citation_recall", "refusal_recall", "false_refusal",
    "unsupported", "exact_spans", "ndcg@10",
)  # fmt: skip
"""The metrics as they are shown."""

_LOWER = ("false_refusal", "unsupported")
_CHARTS = ("correct", "recall@5", "refusal_recall", "false_refusal")


def latest_html(summary: Mapping[str, Any], words: NumbersTexts) -> str:
    """When the run was, over how many cases, and what it is compared with."""
    form = words.latest_accepted if summary["accepted"] else words.latest
    said = [form.format(date=_day(summary["date"]), cases=f"{summary['cases']:,}")]
    if summary["seconds"]:
        said.append(words.seconds.format(seconds=f"{summary['seconds']:.0f}"))
    if summary["errors"]:
        said.append(words.errors.format(count=summary["errors"]))
    if summary["standard"]:
        compared = words.compared_run if summary["against"] == "run" else words.compared
        said.append(compared.format(date=_day(summary["standard"]), shared=f"{summary['shared']:,}"))
    return f'<p class="numbers-latest">{escape(" · ".join(said))}</p>'


def cards_html(numbers: Numbers, words: NumbersTexts) -> str:
    """A card for each metric of the latest run."""
    summary = numbers.summary or {"tiles": [], "part": False, "against": "baseline"}
    tiles = {tile["metric"]: tile for tile in summary["tiles"]}
    since = {} if summary["part"] else _since_last(numbers.history)
    shown, own = [name for name in ORDER if name in tiles], summary["against"] == "run"
    return f'<ul class="numbers-cards">{"".join(_card(tiles[name], since.get(name), words, own) for name in shown)}</ul>'


def accepted_cards(history: Sequence[Mapping[str, Any]], words: NumbersTexts) -> str:
    """A card for each metric of the last accepted run, where nothing more is known of it."""
    last, since = history[-1], _since_last(history)
    tiles: list[dict[str, Any]] = [
        {"metric": name, "value": last["metrics"][name], "interval": None, "verdict": None, "change": None}
        for name in ORDER
        if name in last["metrics"]
    ]
    said = words.latest_accepted.format(date=_day(last["date"]), cases=f"{last.get('cases') or 0:,}")
    cards = "".join(_card(tile, since.get(tile["metric"]), words) for tile in tiles)
    return f'<p class="numbers-latest">{escape(said)}</p><ul class="numbers-cards">{cards}</ul>'


def _card(tile: Mapping[str, Any], since: float | None, words: NumbersTexts, own: bool = False) -> str:
    name, about = words.metrics[tile["metric"]].name, words.metrics[tile["metric"]].about
    lower = f' <i class="numbers-lower">{escape(words.lower)}</i>' if tile["metric"] in _LOWER else ""
    spread = ""
    if tile["interval"]:
        low, high = tile["interval"]
        spread = f"<small>{escape(words.interval.format(low=_percent(low), high=_percent(high)))}</small>"
    return (
        f'<li><h3>{escape(name)}</h3><p class="numbers-value">{_percent(tile["value"])}</p>{_bar(tile)}'
        f'{spread}<small class="numbers-change" data-verdict="{tile["verdict"] or ""}">'
        f"{escape(_change(tile, since, words, own))}</small>"
        f'<p class="numbers-about">{escape(about)}{lower}</p></li>'
    )


def _change(tile: Mapping[str, Any], since: float | None, words: NumbersTexts, own: bool) -> str:
    if tile["verdict"] and tile["change"] is not None:
        verdict = words.verdicts[tile["verdict"]]
        interval = tile.get("change_interval")
        change = _points(tile["change"], words.points)
        if interval:
            change += f" ({_points(interval[0])}{words.to}{_points(interval[1])})"
        return (words.change_run if own else words.change).format(change=change, verdict=verdict)
    return (
        words.change_last.format(change=_points(since, words.points))
        if since is not None
        else words.change_none
    )


def _bar(tile: Mapping[str, Any]) -> str:
    """The value on a line from 0 to 1, and the interval around it."""
    low, high = tile["interval"] or (tile["value"], tile["value"])
    return (
        '<span class="numbers-bar" aria-hidden="true">'
        f'<i style="left:{_share(low)};width:{_share(max(high - low, 0.004))}"></i>'
        f'<b style="left:{_share(tile["value"])}"></b></span>'
    )


def trend_html(numbers: Numbers, words: NumbersTexts) -> str:
    """The runs over time, as a chart for each of some metrics and as a table of all."""
    rows = [row for row in numbers.history if row["metrics"]]
    if not rows:
        return ""
    hollow = numbers.summary is not None and not (numbers.summary["accepted"] or numbers.summary["part"])
    charts = "".join(_chart(name, rows, hollow, words) for name in _CHARTS)
    own = numbers.summary is not None and numbers.summary["against"] == "run"
    about = words.trend_one if len(rows) < 2 else words.trend_run if own else words.trend_about
    return (
        f'<section class="numbers-trend"><h3>{escape(words.trend)}</h3><p>{escape(about)}</p>'
        f'<div class="numbers-charts">{charts}</div><details><summary>{escape(words.trend_table)}</summary>'
        f'<div class="numbers-table" tabindex="0">{_table(rows, words)}</div></details></section>'
    )


def _chart(name: str, rows: Sequence[Mapping[str, Any]], hollow: bool, words: NumbersTexts) -> str:
    known = [row for row in rows if name in row["metrics"]]
    dots = [
        Dot(
            row["metrics"][name],
            _day(row["date"])[5:],
            " · ".join(
                filter(None, (_day(row["date"]), _percent(row["metrics"][name]), str(row.get("why") or "")))
            ),
            hollow and row is rows[-1],
        )
        for row in known
    ]
    title = words.metrics[name].name
    lower = f" · {words.lower}" if name in _LOWER else ""
    chart = line_chart(title, dots)
    return f"<figure><figcaption>{escape(title + lower)}</figcaption>{chart}</figure>" if chart else ""


def _table(rows: Sequence[Mapping[str, Any]], words: NumbersTexts) -> str:
    names = [name for name in ORDER if any(name in row["metrics"] for row in rows)]
    head = "".join(
        f"<th>{escape(text)}</th>"
        for text in (words.when, words.cases, *(words.metrics[n].name for n in names))
    )
    body = "".join(
        f'<tr><th scope="row">{escape(_day(row["date"]))}</th><td>{escape(str(row.get("cases") or ""))}</td>'
        + "".join(f"<td>{_percent(row['metrics'].get(name))}</td>" for name in names)
        + f'<td class="numbers-why">{escape(str(row.get("why") or ""))}</td></tr>'
        for row in reversed(rows)
    )
    return f"<table><thead><tr>{head}<th>{escape(words.why)}</th></tr></thead><tbody>{body}</tbody></table>"


def slices_html(summary: Mapping[str, Any], words: NumbersTexts) -> str:
    """Bars of correct answers by what was asked, in which language, and whether the notes have it."""
    groups = "".join(
        f"<div><h4>{escape(words.groups.get(group['group'], group['group']))}</h4><ul>"
        + "".join(_slice(row, words) for row in group["rows"])
        + "</ul></div>"
        for group in summary["slices"]
    )
    return (
        f'<section class="numbers-slices"><h3>{escape(words.slices)}</h3><p>{escape(words.slices_about)}</p>'
        f"<div>{groups}</div></section>"
        if groups
        else ""
    )


def _slice(row: Mapping[str, Any], words: NumbersTexts) -> str:
    told = words.slice_row.format(value=_percent(row["value"]), cases=row["cases"])
    low, high = row["interval"] or (None, None)
    spread = words.interval.format(low=_percent(low), high=_percent(high)) if low is not None else ""
    return (
        f'<li title="{escape(spread)}"><span>{escape(row["name"][words.language])}</span>'
        f'<i aria-hidden="true"><b style="width:{_share(row["value"] or 0.0)}"></b></i>'
        f'<span class="unseen">{escape(told)}</span>'
        f'<em aria-hidden="true">{_percent(row["value"])}</em><small aria-hidden="true">{row["cases"]:,}</small></li>'
    )


def worst_html(summary: Mapping[str, Any], words: NumbersTexts) -> str:
    """The cases that went wrong, the worst first; each question is a button that asks it."""
    items = "".join(_case(case, words) for case in summary["worst"])
    listed = f"<ol>{items}</ol>" if items else f"<p>{escape(words.worst_none)}</p>"
    about = f"<p>{escape(words.worst_about)}</p>" if items else ""
    return f'<section class="numbers-worst"><h3>{escape(words.worst)}</h3>{about}{listed}</section>'


def _case(case: Mapping[str, Any], words: NumbersTexts) -> str:
    asks = "".join(
        f'<button type="button" class="ask" title="{escape(words.ask.format(question=turn))}">{escape(turn)}</button>'
        for turn in case["turns"]
    )
    wrong = [text[words.language] for text in case["wrong"]] or ([case["error"]] if case["error"] else [])
    stage = case["stage"][words.language] if case["stage"] else ""
    tags = "".join(f"<b>{escape(tag)}</b>" for tag in (words.lost if case["lost"] else "", stage) if tag)
    return f"<li>{asks}<p>{tags}<span>{escape(' · '.join(wrong))}</span> <code>{escape(case['id'])}</code></p></li>"


def _since_last(history: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """How each metric has changed from the run before the last to the last."""
    if len(history) < 2:
        return {}
    before, last = history[-2]["metrics"], history[-1]["metrics"]
    return {name: value - before[name] for name, value in last.items() if name in before}


def _percent(value: float | None) -> str:
    """A share as people read it.

    >>> _percent(0.7549), _percent(1.0), _percent(None)
    ('75.5%', '100%', '')
    """
    return "" if value is None else f"{100 * value:.1f}%".replace(".0%", "%")


def _points(change: float, unit: str = "") -> str:
    """A change in percentage points, with its sign."""
    points = round(100 * change, 1) + 0.0
    sign = "+" if points > 0 else "−" if points < 0 else "±" if unit else ""
    return f"{sign}{abs(points):g}{unit}"


def _share(value: float) -> str:
    return f"{100 * min(max(value, 0.0), 1.0):.1f}%"


def _day(date: str) -> str:
    """The day of a moment, here.

    >>> _day("nonsense")
    'nonsense'
    """
    try:
        return datetime.fromisoformat(date).astimezone().strftime("%Y-%m-%d")
    except ValueError:
        return date[:10]
