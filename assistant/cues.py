"""Wordings that go together: a question why with `때문`, a question which to take with `알맞다`."""

import re

from assistant.question import Question

_REASON = re.compile(
    r"때문|므로|위해|위하여|이유|덕분|[어아여]서|느라|도록|\bbecause\b|\bsince\b|\bin order to\b|\bto keep\b|\bso\b",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"고른다|쓴다|쓸 때|알맞|적합|좋다|선택한다|검토|싶을 때|싶다면|\bchoose\b|\bsuit|\bbest for\b|\bpick\b|\bfit",
    re.IGNORECASE,
)


def gives_reason(question: Question, said: str) -> bool:
    """Whether a sentence is worded as a reason, where one is asked for."""
    return question.asks == "why" and _REASON.search(said) is not None


def gives_advice(question: Question, said: str) -> bool:
    """Whether a sentence is worded as advice on what to take, where that is asked for."""
    return question.asks == "recommend" and _ADVICE.search(said) is not None
