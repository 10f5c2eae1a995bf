"""A thumb under an answer: from the click on the page to a line of feedback and a word of thanks.

`page.js` puts `2 down` (turn and thumb) into a hidden box of Gradio's, so that the answer comes from
the session's own state: nothing of it is taken from the browser.
"""

import logging
import re
from collections.abc import Callable
from html import escape

from assistant.answers import Answer
from assistant.errors import FeedbackError
from assistant.ui.talk import Talk
from assistant.ui.texts import Texts

_CLICK = re.compile(r"([0-9]{1,6}) (up|down)")

log = logging.getLogger(__name__)


def rate(talk: Talk, clicked: str, keep: Callable[[Answer, bool], None], words: Texts) -> str:
    """Keeps what was clicked and returns what to say about it; a failure is said, too.

    Args:
        talk: The conversation.
        clicked: The turn's number, and `up` or `down`.
        keep: Keeps an answer with whether it was liked.
        words: The reader's language.

    Returns:
        One line of HTML with the role `status`; nothing for what is no click.
    """
    click = _CLICK.fullmatch(clicked)
    if click is None:
        return ""
    number, liked = int(click[1]), click[2] == "up"
    turn = talk.turn(number)
    if turn is None or turn.answer is None or turn.state != "done":
        return _said(words.not_kept, "notice")
    try:
        keep(turn.answer, liked)
    except FeedbackError:
        log.exception("could not keep feedback")
        return _said(words.not_kept, "notice")
    return _said(
        words.liked if liked else words.disliked, "thanks", f' data-turn="{number}" data-thumb="{click[2]}"'
    )


def _said(text: str, name: str, data: str = "") -> str:
    return f'<p class="{name}" role="status"{data}>{escape(text)}</p>'
