"""A thumb under an answer, and why: from the click on the page to a line of feedback and a word of thanks.

`feedback.js` puts `2 down` (turn and thumb), or `2 why missing` with a comment below it, into a hidden box of
Gradio's, so that the answer comes from the session's own state: nothing of it is taken from the browser.
"""

import logging
import re
from collections.abc import Callable
from html import escape

from assistant.answers import Answer
from assistant.errors import FeedbackError
from assistant.feedback import REASONS, Reason
from assistant.ui.talk import Talk
from assistant.ui.texts import Texts

COMMENT_LIMIT = 500
"""Characters of a reader's own words."""

Keep = Callable[[Answer, bool, str, str], None]
"""Keeps an answer with whether it was liked, the reason, and the reader's words."""

_CLICK = re.compile(r"([0-9]{1,6}) (up|down)")
_WHY = re.compile(rf"([0-9]{{1,6}}) why ({'|'.join(REASONS)}|)\n(.*)", re.DOTALL)

log = logging.getLogger(__name__)


def rate(talk: Talk, clicked: str, keep: Keep, words: Texts) -> str:
    """Keeps what was clicked and returns what to say about it; a failure is said, too.

    Args:
        talk: The conversation.
        clicked: The turn's number, then `up`, `down`, or `why` with a reason and, in the next line, a comment.
        keep: Keeps it.
        words: The reader's language.

    Returns:
        One line of HTML, in it an element with the role `status`; nothing for what is no click.
    """
    click, why = _CLICK.fullmatch(clicked), _WHY.fullmatch(clicked)
    found = click or why
    if found is None:
        return ""
    number, liked = int(found[1]), found[2] == "up"
    reason, comment = (why[2], why[3].strip()[:COMMENT_LIMIT]) if why else ("", "")
    turn = talk.turn(number)
    if turn is None or turn.answer is None or turn.state != "done":
        return _said(words.not_kept, "notice")
    try:
        keep(turn.answer, liked, reason, comment)
    except FeedbackError:
        log.exception("could not keep feedback")
        return _said(words.not_kept, "notice")
    known = f' data-turn="{number}" data-thumb="{"up" if liked else "down"}"'
    if liked or why:
        return _said(words.liked if liked else words.explained, "thanks", known)
    return _asking_why(number, turn.answer, _said(words.disliked, "thanks", known), words)


def _asking_why(number: int, answer: Answer, thanks: str, words: Texts) -> str:
    """Thanks, and reasons to choose from; nobody has to."""
    fitting: tuple[Reason, ...] = (
        ("noted", "other") if answer.abstained else ("wrong", "missing", "source", "other")
    )
    buttons = "".join(
        f'<button type="button" class="reason" data-reason="{reason}">{escape(getattr(words, f"why_{reason}"))}</button>'
        for reason in fitting
    )
    return (
        f'<div class="why" data-turn="{number}">{thanks}'
        f'<button type="button" class="why-close" aria-label="{escape(words.close)}">×</button>'
        f'<div class="reasons" role="group" aria-label="{escape(words.reasons)}">{buttons}</div>'
        f'<input class="why-said" maxlength="{COMMENT_LIMIT}" autocomplete="off" aria-label="{escape(words.why_said)}"'
        f' placeholder="{escape(words.why_said)}"></div>'
    )


def _said(text: str, name: str, data: str = "") -> str:
    return f'<p class="{name}" role="status"{data}>{escape(text)}</p>'
