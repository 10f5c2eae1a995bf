"""A block's text to its sentences, and inline markup to what it says."""

import re
import unicodedata
from collections.abc import Iterator

from index.reading.html import BREAKING_TAG, SILENT_ELEMENT
from index.reading.inline import Inline, read_inline
from index.reading.inline_rules import TAG_RUN
from index.reading.lines import SILENCE
from index.text import normalise

BLOCK_ID = re.compile(r"(?:^|(?<=\s))\^([A-Za-z0-9_-]+)\s*$")

_SENTENCE_ENDINGS = "다요음임함됨까죠"
_DECOMPOSED = "|".join(f"(?<={unicodedata.normalize('NFD', ch)})" for ch in _SENTENCE_ENDINGS)
"""The same as macOS may have written them, where a syllable is two or three characters."""

_BOUNDARY = re.compile(
    rf"""
      (?<=[.!?。…])(?P<closing>["'”’)\]]*|[*_=~]+)[ \t]+(?=[^\s(])  # an end mark, then a space; what closes there belongs to it
    | {BREAKING_TAG}[ \t]*                    # a line break in HTML
    | (?:{SILENT_ELEMENT}|{SILENCE}+)[ \t]*   # what HTML does not show
    | (?P<tags>{TAG_RUN})(?P<line_end>[ \t]*(?:\n|\Z))?  # tags, which end a line or are words in it
    | (?:(?<=[.!?。…:;{_SENTENCE_ENDINGS}"”)])|{_DECOMPOSED})[ \t]*\n  # a line that ends like a sentence
    | \n(?=[-•*→※①-⑳])                     # a line that starts like an item
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NO_BOUNDARY = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|etc|cf|approx|no|fig|예)\.|(?<!\w)\d{1,2}\.)$", re.IGNORECASE
)
_LONGEST_ABBREVIATION = 8
_LONGEST_LABEL = 48
_LABEL = re.compile(
    rf"[*_=~]*(?![^.]{{16}})(?:[^\s.*_=~]+[ ]){{0,1}}[^\s.*_=~]*[^\s.*_=~{_SENTENCE_ENDINGS}]\.[*_=~]*"
)
"""A name at the start of a block that ends with a full stop, and so no sentence: `기본값. 3초이다`."""


def plain_text(raw: str) -> str:
    """Returns what a piece of inline Markdown says, in one line, NFC.

    >>> plain_text("**[[EC2|이씨투]]**는 `t3.micro`를 --&gt; 쓴다<br>")
    '이씨투는 t3.micro를 --> 쓴다'
    """
    source = raw[: match.start()] if "^" in raw and (match := BLOCK_ID.search(raw)) else raw
    inline = read_inline(source)
    return spoken(inline, 0, len(source))


def spoken(inline: Inline, first: int, last: int) -> str:
    """Returns what a range of read inline Markdown says, in one line, NFC."""
    return normalise(inline.said(first, last))


def sentence_ranges(joined: str, inline: Inline | None = None) -> Iterator[tuple[int, int]]:
    """Yields the character ranges of the sentences of a block's lines, joined by newlines.

    A newline ends a sentence only where the line ends like one: notes are wrapped by hand. Tags at the
    end of a line end one too, and belong to none. A label that a block begins with stays with its sentence.

    Args:
        joined: The lines.
        inline: The same, read; then no sentence ends within a link, code or formula.

    >>> [joined for first, last in sentence_ranges("하나다. 둘이다.") for joined in ["하나다. 둘이다."[first:last]]]
    ['하나다.', '둘이다.']
    """
    start = counted = 0
    first = len(joined) - len(joined.lstrip())
    brackets = ticks = 0
    for match in _BOUNDARY.finditer(joined):
        brackets += joined.count("(", counted, match.start()) - joined.count(")", counted, match.start())
        ticks += joined.count("`", counted, match.start())
        counted = match.start()
        # A boundary inside brackets or code splits no sentence.
        if brackets > 0 or ticks % 2 or (inline and not inline.is_open(match.end() - 1)):
            continue
        if match["tags"] and match["line_end"] is None:
            continue
        if match["closing"] is not None and _is_label(joined, first, match.end("closing")):
            continue
        before = joined[max(start, match.start() - 8 * _LONGEST_ABBREVIATION) : match.start()]
        before = unicodedata.normalize("NFC", before).rstrip()
        if match["tags"] or not _NO_BOUNDARY.search(before[-_LONGEST_ABBREVIATION:]):
            yield from _trimmed(joined, start, max(match.start(), match.end("closing")))
            start = counted = match.end()
            brackets = ticks = 0
    yield from _trimmed(joined, start, len(joined))


def _is_label(joined: str, start: int, end: int) -> bool:
    """Whether the text up to here is only a label: two short words at most that don't end as a sentence does."""
    return end - start <= _LONGEST_LABEL and bool(
        _LABEL.fullmatch(unicodedata.normalize("NFC", joined[start:end]))
    )


def _trimmed(joined: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = joined[start:end]
    first = start + len(piece) - len(piece.lstrip())
    last = start + len(piece.rstrip())
    if first < last:
        yield first, last
