"""What the words of a question say and find, read on a thread of its own while the model embeds it.

The model lets go of Python's lock while it computes, so for a question of usual length this costs nothing.
"""

from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from index.language.phrases import is_phrase
from index.ranking.asked import Asked, read_question
from index.ranking.bm25 import Matches, match
from index.ranking.fusion import Fusion
from index.ranking.snapshot import Mask
from index.text import has_hangul

if TYPE_CHECKING:
    from index.opened import Index


@dataclass(frozen=True, slots=True)
class Wording:
    """A question as far as its words go.

    Attributes:
        asked: What it asks for.
        phrase: It is worded as a heading, not as a sentence.
        foreign: Rows in another script, where only names are to be expected, (rows,).
        matches: What its words find, in the whole vault.
    """

    asked: Asked
    phrase: bool
    foreign: Mask
    matches: Matches


@contextmanager
def wording_of(index: "Index", text: str, fusion: Fusion) -> Generator[Future[Wording]]:
    """Gives the wording of a question, which is read while the block runs, and done when it ends.

    Args:
        index: The open index, refreshed and locked by the caller.
        text: The normalised question.
        fusion: How the legs' evidence is added up.
    """
    wording = _thread().submit(_read, index, text, fusion)
    try:
        yield wording
    finally:
        wait([wording])


def _read(index: "Index", text: str, fusion: Fusion) -> Wording:
    asked = read_question(index, text)
    phrase = fusion.by_phrase and is_phrase(text, index.reader.morphemes)
    # What a Korean question writes in Latin letters is a name; of an English one to Korean notes little is.
    foreign = index.snapshot.hangul & (fusion.by_names and not has_hangul(text))
    fields = fusion.phrase_weights if phrase else fusion.field_weights
    return Wording(asked, phrase, foreign, match(index.snapshot, asked.words, asked.also, fields, foreign))


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, thread_name_prefix="mutgo-wording")
