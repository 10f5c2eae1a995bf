"""A sentence as a model wrote it."""

import re
from dataclasses import dataclass

from assistant.generating.lines import WrittenForm
from assistant.generating.markers import take_markers
from index.reading.markup import plain_text

_SPECIAL = re.compile(
    r"<\|[^|>\n]{1,24}\|>|</?s>|</?(?:think|thinking|thought|reasoning)>|</?passages?\b[^>\n]*>"
)
_EMPTY_BRACKETS = re.compile(r"\s*[(（]\s*(?:see|cf\.?|출처|참고|참조)?\s*[:,;]*\s*[)）]", re.IGNORECASE)
_BEFORE_MARK = re.compile(r"\s+(?=[.,!?。](?:\s|$))")


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A sentence a model wrote. What it cites is its claim, not yet a proof.

    Attributes:
        text: Plain text, without markers and markup; of code, its lines.
        form: How it is shown.
        cited: Numbers of the passages it names, from 1, in order of mention.
        block: Sentences of one paragraph, item or row have the same number.
        language: The language that was asked for.
    """

    text: str
    form: WrittenForm = "paragraph"
    cited: tuple[int, ...] = ()
    block: int = 0
    language: str = ""


def spoken(raw: str, passages: int) -> tuple[str, tuple[int, ...]]:
    """Returns what a piece of a reply says, without markup, markers and marks of a chat template; and what it cites."""
    said, cited = take_markers(_SPECIAL.sub("", raw), passages)
    return plain_text(_BEFORE_MARK.sub("", _EMPTY_BRACKETS.sub("", said))), cited
