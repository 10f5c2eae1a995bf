"""Puts the report together and writes it."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from evals.baseline import read_history
from evals.compare import MARGINS, Comparison
from evals.errors import InfrastructureError
from evals.report.curves import ENOUGH, abstention, abstention_chart, risk_at, risk_chart, risk_coverage
from evals.report.headline import comparison_with, headline, is_headline, tiles
from evals.report.latency import latencies, latency_chart
from evals.report.losses import loss_rows, loss_totals
from evals.report.markdown import summary
from evals.report.slices import COLUMNS, SliceGroup, slice_groups
from evals.report.texts import VERDICTS, Text, metric_about, metric_name, slice_name
from evals.report.trend import trends
from evals.report.worst import Entry, entries
from evals.results import Results

SHOWN = 40
"""Cases that are there to be opened at once; the others come with a button, or with a filter."""


def write_report(results: Results, standard: Results | None, history: Path, out: Path) -> list[Path]:
    """Writes `report.html` and `report.md`.

    Args:
        results: The run.
        standard: The baseline, if there is one.
        history: The accepted runs, `evals/history.jsonl`; may be missing.
        out: The folder they go to.

    Returns:
        The files written.

    Raises:
        ResultsError: The history can't be read.
        InfrastructureError: The files can't be written.
    """
    rows = read_history(history)
    comparison = comparison_with(standard, results)
    context = _context(results, standard, comparison, rows)
    every = [*context["headline_tiles"], *context["other_tiles"]]
    told = summary(results, context["head"], every, context["groups"], rows, context["entries"])
    texts = {"report.html": _html(context), "report.md": told}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (out / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InfrastructureError(
            f"{out} can't be written: {error}. Name another folder with --out."
        ) from error
    return [out / name for name in texts]


def _context(
    results: Results,
    standard: Results | None,
    comparison: Comparison | None,
    rows: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    every = tiles(results, comparison)
    groups = slice_groups(results.cases)
    return {
        "results": results,
        "standard": standard,
        "head": headline(results, standard, comparison),
        "headline_tiles": [tile for tile in every if is_headline(tile)],
        "other_tiles": [tile for tile in every if not is_headline(tile)],
        "history": rows,
        "trends": trends(rows, results),
        "groups": groups,
        "loss_rows": loss_rows(results.cases),
        "loss_totals": loss_totals(results.cases),
        **_charts(results),
        **_listed(entries(results.cases, comparison), groups),
    }


def _charts(results: Results) -> dict[str, Any]:
    found, risk, timed = abstention(results.cases), risk_coverage(results.cases), latencies(results)
    return {
        "abstention": found,
        "abstention_chart": abstention_chart(found) if found else None,
        "risk": risk,
        "risk_chart": risk_chart(risk) if risk else None,
        "latencies": timed,
        "latency_chart": latency_chart(timed[0]) if timed else None,
    }


def _listed(found: Sequence[Entry], groups: Sequence[SliceGroup]) -> dict[str, Any]:
    """The list of cases, and the slices it can be filtered by: those that are in it."""
    there = {name for entry in found for name in entry.case.slices}
    filters = [(g.name, [row for row in g.rows if row.slice in there]) for g in groups if g.group != "all"]
    return {"entries": found, "filters": [(name, rows) for name, rows in filters if rows], "linked": there}


def _html(context: Mapping[str, Any]) -> str:
    script = _asset("report.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    # Only this very script may run, whatever a note or question tries; style attributes place the labels.
    allowed = f"style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_asset("report.html.jinja"))
    return template.render(
        context,
        css=Markup(_asset("report.css")),
        script=Markup(script),
        policy=policy,
        T=Text,
        columns=COLUMNS,
        margins=MARGINS,
        verdicts=VERDICTS,
        enough=ENOUGH,
        shown=SHOWN,
        risk_at=risk_at,
        metric_name=metric_name,
        metric_about=metric_about,
        slice_name=slice_name,
    )


def _asset(name: str) -> str:
    return files("evals.report").joinpath(name).read_text(encoding="utf-8")
