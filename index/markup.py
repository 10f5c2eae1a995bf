"""Inline markup to what it says, and a block's text to its sentences."""

import html
import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.text import normalise

_COMMENT = re.compile(r"%%.*?%%", re.DOTALL)
_EMBED = re.compile(r"!\[\[[^\]]*\]\]")
_WIKILINK = re.compile(r"\[\[([^\]|\\]+)(?:\\?\|([^\]]+))?\]\]")
_FOOTNOTE = re.compile(r"\[\^[^\]]+\]")
_HIGHLIGHT = re.compile(r"==(?=\S)(.+?)(?<=\S)==")
_BLOCK_ID = re.compile(r"(?:^|\s)\^[\w-]+$")
_STRIKE = re.compile(r"~~(.+?)~~")

_BOUNDARY = re.compile(
    r"""
      (?<=[.!?。…])["'”’)\]]*[ \t]+(?=[^\s(])  # an end mark, then a space; brackets belong to what they follow
    | [ \t]*<br\s*/?>[ \t]*                 # a line break in HTML
    | (?<=[.!?。…:;다요음임함됨까죠"”)])[ \t]*\n  # a line that ends like a sentence
    | \n(?=[-•*→※①-⑳])                     # a line that starts like an item
    """,
    re.VERBOSE,
)
_NO_BOUNDARY = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|etc|cf|approx|no|fig|예)\.|(?<!\w)\d{1,2}\.)$", re.IGNORECASE
)


def plain_text(raw: str) -> str:
    """Returns what a piece of inline Markdown says, in one line, NFC.

    >>> plain_text("**[[EC2|이씨투]]**는 `t3.micro`를 --&gt; 쓴다<br>")
    '이씨투는 t3.micro를 --> 쓴다'
    """
    text = _EMBED.sub(" ", _COMMENT.sub(" ", raw))
    text = _WIKILINK.sub(_wikilink_text, text)
    text = _BLOCK_ID.sub("", _FOOTNOTE.sub("", text))
    spoken = "".join(_spoken(token) for token in _inline().parseInline(text))
    return normalise(html.unescape(_HIGHLIGHT.sub(r"\1", _STRIKE.sub(r"\1", spoken))))


def sentence_ranges(joined: str) -> Iterator[tuple[int, int]]:
    """Yields the character ranges of the sentences of a block's lines, joined by newlines.

    A newline ends a sentence only where the line ends like one: notes are wrapped by hand.

    >>> [joined for first, last in sentence_ranges("하나다. 둘이다.") for joined in ["하나다. 둘이다."[first:last]]]
    ['하나다.', '둘이다.']
    """
    start = 0
    for match in _BOUNDARY.finditer(joined):
        if not _NO_BOUNDARY.search(joined[: match.start()].rstrip()[-8:]) and _closed(
            joined[start : match.start()]
        ):
            yield from _trimmed(joined, start, match.start())
            start = match.end()
    yield from _trimmed(joined, start, len(joined))


def _closed(piece: str) -> bool:
    """A boundary inside brackets or code splits no sentence."""
    return piece.count("(") <= piece.count(")") and piece.count("`") % 2 == 0


def _trimmed(joined: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = joined[start:end]
    first = start + len(piece) - len(piece.lstrip())
    last = start + len(piece.rstrip())
    if first < last:
        yield first, last


def _wikilink_text(match: re.Match[str]) -> str:
    if match.group(2):
        return match.group(2)
    return match.group(1).replace("#^", " ").replace("#", " ").strip()


def _spoken(token: Token) -> str:
    match token.type:
        case "inline":
            return "".join(_spoken(child) for child in token.children or [])
        case "text" | "code_inline" | "text_special":
            return token.content
        case "softbreak" | "hardbreak" | "html_inline":
            return " " if token.type != "html_inline" or "br" in token.content[:4].lower() else ""
        case "image":
            return ""
        case _:
            return ""


@cache
def _inline() -> MarkdownIt:
    return MarkdownIt("commonmark")
