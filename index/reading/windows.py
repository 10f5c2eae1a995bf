"""A stretch of text too long for a chunk, as windows that are cut at white space where there is any."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from index.reading.document import Block, Note, Sentence
from index.reading.markup import plain_text
from index.reading.places import Place
from index.text import normalise

_SPACE = re.compile(r"\s")
_BAR = re.compile(r"(?<!\\)\|")
_FAR = 200
"""Characters within which a cut looks for white space; Korean and English words are far shorter."""


def windows(
    note: Note,
    block: Block,
    sentence: Sentence,
    count_tokens: Callable[[list[str]], Sequence[int]],
    limit: int,
) -> list[tuple[Sentence, int]]:
    """Cuts a sentence, a fence or a row into windows of at most `limit` tokens, each with its tokens.

    Args:
        note: The note.
        block: The block that says it.
        sentence: What is to be cut.
        count_tokens: Tokens of each text, as the embedding model counts.
        limit: Most tokens of a window; one of a single character may have more.
    """
    size = count_tokens([sentence.text])[0]
    waiting = _cut(note.text, (sentence.start, sentence.end), -(-size // limit))
    done: list[tuple[Sentence, int]] = []
    while waiting:
        said = [_said(note, block, place) for place in waiting]
        sizes = count_tokens([window.text for window in said])
        waiting = []
        for window, tokens in zip(said, sizes, strict=True):
            if tokens > limit and window.end - window.start > 1:
                waiting += _cut(note.text, (window.start, window.end), 2)
            elif window.text:
                done.append((window, tokens))
    return sorted(done, key=lambda found: found[0].start)


def share_of(note: Note, block: Block, first: float, last: float) -> Sentence:
    """Returns the part of a block that lies between two shares of its length, 0 to 1; else all of it.

    Whole sentences are taken where it has several.
    """
    start, end = block.sentences[0].start, block.sentences[-1].end
    low, high = start + first * (end - start), start + last * (end - start)
    own = [s for s in block.sentences if low <= (s.start + s.end) / 2 < high]
    if (first, last) == (0.0, 1.0):
        own = []
    elif len(block.sentences) == 1:
        place = _border(note.text, (start, end), low), _border(note.text, (start, end), high)
        sentence = _said(note, block, place)
        own = [sentence] if sentence.text else []
    if not own:
        return Sentence(block.text, start, end)
    return Sentence(" ".join(s.text for s in own), own[0].start, own[-1].end)


def _said(note: Note, block: Block, place: Place) -> Sentence:
    raw = note.text[slice(*place)]
    open_cells = _BAR.sub(" ", raw) if block.kind in ("header", "row") else raw
    text = normalise(raw) if block.kind in ("code", "math") else plain_text(open_cells)
    start = place[0] + len(raw) - len(raw.lstrip())
    return Sentence(text, start, max(start, place[0] + len(raw.rstrip())))


def _cut(text: str, place: Place, count: int) -> list[Place]:
    """Cuts a range into so many of about the same length, or fewer."""
    start, end = place
    marks = [start, *(_border(text, place, start + (end - start) * n / count) for n in range(1, count)), end]
    return [(a, b) for a, b in pairwise(marks) if a < b]


def _border(text: str, place: Place, wanted: float) -> int:
    """Where to cut near a place: at the next white space, unless that is far away."""
    start, end = place
    at = min(max(round(wanted), start), end)
    if at in (start, end):
        return at
    found = _SPACE.search(text, at, min(end, at + _FAR))
    return found.start() if found else at
