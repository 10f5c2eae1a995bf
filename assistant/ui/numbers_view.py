"""The view of the numbers, as safe HTML: how the suite did, and the run that is going on.

run        what can be run, or what is lacking           `run_html`, by itself while it goes on
headline   a card for each metric, with its change       `numbers_parts.py`
trend      the runs over time, as charts and as a table
slices     shares of correct answers, with counts
worst      cases that went wrong, to be asked again
"""

import shlex
import sys
from html import escape
from pathlib import Path

from gradio.events import api

from assistant.assistant import Assistant
from assistant.errors import FeedbackError
from assistant.feedback import read_feedback
from assistant.measuring.numbers import Numbers, NumbersReader
from assistant.measuring.running import QUICK, Runner, RunState
from assistant.measuring.suite import Suite, find_suite, python_of
from assistant.ui.numbers_parts import (
    accepted_cards,
    cards_html,
    latest_html,
    slices_html,
    trend_html,
    worst_html,
)
from assistant.ui.numbers_texts import NumbersTexts, numbers_texts

_FEW = 1.5
"""A quick run is offered where there are more cases than so many times its own."""


def numbers_html(suite: Suite, numbers: Numbers, run: RunState, disliked: int, words: NumbersTexts) -> str:
    """The whole view.

    Args:
        suite: The vault's cases.
        numbers: How they did.
        run: The run that is going on.
        disliked: How many thumbs down could become cases.
        words: The texts.
    """
    parts = [f'<div class="numbers-run" data-state="{run.state}">{run_html(suite, run, words)}</div>']
    if suite.kind == "own" and not suite.count:
        parts.append(_how_to_get_cases(suite, words))
    if disliked and suite.root is not None:
        command = f"{shlex.quote(python_of(suite))} -m evals add --from-feedback --notes {shlex.quote(str(suite.notes))}"
        parts.append(f'<div class="numbers-how"><p>{escape(words.feedback)}</p>{_command(command)}</div>')
    if numbers.state == "reading":
        parts.append(f'<p class="numbers-wait" role="status">{escape(words.reading)}</p>')
    elif numbers.state == "failed":
        parts.append(f'<p class="notice" role="status">{escape(words.unread)}</p>')
    elif suite.can_run and numbers.state == "none":
        parts.append(f'<p class="numbers-none">{escape(words.no_runs)}</p>')
    if numbers.summary is not None:
        parts += [latest_html(numbers.summary, words), cards_html(numbers, words)]
    elif numbers.history:
        if numbers.borrowed:
            parts.append(f'<p class="numbers-borrowed">{escape(words.about_accepted)}</p>')
        parts.append(accepted_cards(numbers.history, words))
    parts.append(trend_html(numbers, words))
    if numbers.summary is not None:
        parts += [slices_html(numbers.summary, words), worst_html(numbers.summary, words)]
    return (
        f'<div class="numbers" data-state="{numbers.state}"><header><h2>{escape(words.title)}</h2>'
        f"<p>{escape(words.about)}</p></header>{''.join(parts)}</div>"
    )


def run_html(suite: Suite, run: RunState, words: NumbersTexts) -> str:
    """What can be run, how far a run is, or what has to be done first."""
    count = (words.own if suite.kind == "own" else words.suite).format(count=f"{suite.count:,}")
    known = f'<p class="numbers-suite">{escape(count)}</p>' if suite.count else ""
    if suite.root is None:
        return f'{known}<p class="numbers-lacking">{escape(words.no_checkout)}</p>'
    if suite.lacking:
        install = f'{shlex.quote(python_of(suite))} -m pip install -c .ci/constraints.txt -e ".[evals]"'
        return f'{known}<p class="numbers-lacking">{escape(words.lacking)}</p>{_command(install)}'
    if not suite.count:
        return ""
    if run.busy:
        return known + _going_on(run, words)
    said = {
        "stopped": words.stopped,
        "done": words.done,
        "elsewhere": words.elsewhere,
        "failed": words.failed.format(said=run.said),
    }.get(run.state, words.run_takes)
    quick = words.run_quick.format(count=QUICK)
    offered = suite.count > _FEW * QUICK
    return (
        f'{known}<div class="numbers-buttons"><button type="button" data-run="all">{escape(words.run)}</button>'
        + (f'<button type="button" data-run="quick">{escape(quick)}</button>' if offered else "")
        + f'</div><p class="numbers-said" role="status">{escape(said)}</p>'
    )


def _going_on(run: RunState, words: NumbersTexts) -> str:
    if run.state == "stopping":
        return f'<p class="numbers-said" role="status">{escape(words.stopping)}</p>'
    title = words.running_quick.format(count=QUICK) if run.quick else words.running
    stage = words.stages.get(run.stage, words.stages["starting"])
    far = f" {run.done:,}/{run.total:,}" if run.total else ""
    value = f' value="{run.done}" max="{run.total}"' if run.total else ""
    return (
        f'<div class="numbers-progress"><p><b>{escape(title)}</b> <span>{escape(stage + far)}</span></p>'
        f'<progress aria-label="{escape(stage)}"{value}></progress></div>'
        f'<div class="numbers-buttons"><button type="button" data-run="stop">{escape(words.stop)}</button></div>'
    )


def _how_to_get_cases(suite: Suite, words: NumbersTexts) -> str:
    out = suite.cases / "mutgo-cases.jsonl"
    beside = Path(sys.executable).with_name("mutgo")
    mutgo = shlex.quote(str(beside)) if beside.is_file() else "mutgo"
    draft = (
        f"mkdir -p {shlex.quote(str(suite.cases))}\n"
        f"{mutgo} eval init --notes {shlex.quote(str(suite.notes))} --out {shlex.quote(str(out))}"
    )
    first, read, again = words.no_cases_how
    return (
        f'<section class="numbers-how"><h3>{escape(words.no_cases)}</h3><ol><li>{escape(first)}{_command(draft)}</li>'
        f"<li>{escape(read)}</li><li>{escape(again)}</li></ol></section>"
    )


def _command(text: str) -> str:
    return f'<pre tabindex="0"><code>{escape(text)}</code></pre>'


def name_numbers_endpoints(assistant: Assistant) -> None:
    """Adds the endpoints of the numbers to the page being built."""
    reader, runner = NumbersReader(), Runner()

    def numbers(language: str = "ko") -> str:
        """The numbers of the suite over these notes, and how a run is going, as safe HTML."""
        suite = find_suite(assistant.settings)
        disliked = _disliked(assistant)
        return numbers_html(suite, reader.read(suite), runner.state, disliked, numbers_texts(language))

    def numbers_run(order: str = "", language: str = "ko") -> str:
        """Starts a run of the suite (`all`, `quick`), stops it (`stop`) or only looks; how it goes, as safe HTML."""
        suite = find_suite(assistant.settings)
        if order in ("all", "quick"):
            runner.start(suite, quick=order == "quick")
        elif order == "stop":
            runner.stop()
        state = runner.state
        return f'<div class="numbers-run" data-state="{state.state}">{run_html(suite, state, numbers_texts(language))}</div>'

    for endpoint in (numbers, numbers_run):
        api(endpoint, api_name=endpoint.__name__, queue=False, api_visibility="undocumented")


def _disliked(assistant: Assistant) -> int:
    try:
        entries = read_feedback(assistant.settings.feedback_folder()).entries
    except FeedbackError:
        return 0
    last = {entry.question: entry.liked for entry in entries}
    return sum(not liked for liked in last.values())
