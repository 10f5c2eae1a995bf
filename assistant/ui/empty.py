"""What the page shows before anything is asked: a welcome, example questions, the state of the notes.

These are the same for every reader, so they hold both languages, and `style.css` shows the page's.
"""

from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

from assistant.errors import ModelError
from assistant.ui.texts import ENGLISH, KOREAN, Texts
from assistant.wording.words import done, remedy, what
from index.storage.rows import Notice

if TYPE_CHECKING:
    from assistant.state import IndexStatus


def welcome_html(examples: Sequence[str]) -> str:
    """The empty conversation, with questions to begin with."""
    buttons = "".join(
        f'<li><button type="button" class="ask">{escape(example)}</button></li>' for example in examples
    )
    asking = f"{_both(lambda words: f'<h3>{words.try_asking}</h3>')}<ul>{buttons}</ul>" if buttons else ""
    hello = _both(lambda words: f"<h2>{words.welcome}</h2><p>{words.invitation}</p>")
    return f'<section class="welcome">{hello}{asking}</section>'


def source_hint() -> str:
    """The source panel before a citation is opened."""
    hint = _both(lambda words: f"<h2>{words.source_empty_title}</h2><p>{words.source_empty}</p>")
    page = '<i class="sheet" aria-hidden="true"><i></i><i></i><i class="hit"></i><i></i></i>'
    close = _both(lambda words: words.close)
    failed = _both(lambda words: words.source_failed)
    return (
        f'<div class="hint">{page}<div>{hint}</div></div>'
        f'<button type="button" class="source-close"><span class="unseen">{close}</span>'
        f'<span aria-hidden="true">×</span></button><div class="source-failed">{failed}</div>'
    )


def status_html(status: "IndexStatus", model: ModelError | None = None, *, updated: bool = False) -> str:
    """How much is indexed, whether it follows the notes, and what there is to know about single files.

    Args:
        status: What the index holds.
        model: Why the chat model can't be asked.
        updated: The notes have just changed.
    """
    counts = {"notes": status.notes, "chunks": status.chunks}
    line = _both(lambda words: words.status.format(**counts))
    if status.trouble:
        line += f'<div class="trouble">{_both(lambda words: trouble_text(status.trouble, words))}</div>'
    elif updated:
        line += f'<div class="updated" role="status">{_both(lambda words: words.updated)}</div>'
    if model is not None:
        lines = {KOREAN: model.korean, ENGLISH: model.english}
        line += f'<div class="trouble">{_both(lambda words: escape(lines[words]))}</div>'
    if not status.notices:
        return f'<div class="status">{line}</div>'
    items = "".join(_notice(notice) for notice in status.notices)
    summary = _both(lambda words: words.skipped.format(count=len(status.notices)))
    details = f"<details><summary>{summary}</summary><ul>{items}</ul></details>"
    return f'<div class="status">{line}{details}</div>'


def _notice(notice: Notice) -> str:
    """A file with a problem, what was done about it, and what ends it."""
    said = "".join(
        f'<div class="ui" lang="{code}">{escape(what(notice.problem, code))} '
        f"<i>{escape(done(notice.done, code))}</i> {escape(remedy(notice.problem, code))}</div>"
        for code in ("ko", "en")
    )
    return f"<li><b>{escape(notice.path)}</b> {said}</li>"


def trouble_text(trouble: str, words: Texts) -> str:
    """Why the page can't follow the notes at present; nothing if it does."""
    return {"": "", "waiting": words.waiting, "away": words.away}.get(trouble, words.failing)


def _both(html: Callable[[Texts], str]) -> str:
    return "".join(
        f'<div class="ui" lang="{code}">{html(words)}</div>'
        for code, words in (("ko", KOREAN), ("en", ENGLISH))
    )
