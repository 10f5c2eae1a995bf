"""Inline Markdown to what it says, piece by piece, each with its place in the source.

markdown-it's inline tokens have no places. Its parser walks the source from left to right, so the
position at which it makes a token is the token's place: `inline_state.py` writes it down. What
Obsidian adds (wikilinks, embeds, tags, comments, highlights) are rules in `inline_rules.py`.

    "[[EC2|이씨투]]는 **싸다**"     pieces 이씨투 (0, 11), 는 (11, 13), 싸다 (15, 17)
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token
from markdown_it.utils import EnvType

from index.reading.document import Link
from index.reading.html import BREAKING_TAG, SILENT_TAG, SPACING_TAG
from index.reading.inline_rules import inline_parser
from index.reading.inline_state import PlacedInline
from index.reading.targets import markdown_link

_MARKUP = re.compile(r"[*_`\[<&\\$#]|~~|==|%%|\^\[")
_BREAKING_TAG = re.compile(BREAKING_TAG, re.IGNORECASE)
_HTML_SOURCE = re.compile(r"""<img\b[^>]*?\bsrc\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


@dataclass(slots=True)
class Inline:
    """What a source says.

    Attributes:
        source: The source.
        pieces: Start, end and text of each piece in order. A piece as long as its range is letters
            of the source; others (an entity, a link's alias) are said as a whole.
        breaks: Range of every line break in order: `<br>`, tags that begin or end a line, scripts.
        links: Links with places in the source.
        tags: Tags without `#`.
        literal: The source has no markup: it says itself.
    """

    source: str
    pieces: list[tuple[int, int, str]] = field(default_factory=list[tuple[int, int, str]])
    breaks: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    links: list[Link] = field(default_factory=list[Link])
    tags: list[str] = field(default_factory=list[str])
    literal: bool = False

    def said(self, first: int, last: int) -> str:
        """What a range of the source says, spaces not yet folded."""
        if self.literal:
            return self.source[first:last]
        at = max(0, bisect_right(self.pieces, first, key=_start) - 1)
        parts: list[str] = []
        for number in range(
            at, len(self.pieces)
        ):  # no slice: a block of many sentences would copy all for each
            start, end, text = self.pieces[number]
            if start >= last:
                break
            if end - start == len(text):
                parts.append(text[max(0, first - start) : max(0, last - start)])
            elif start >= first:
                parts.append(text)
        return "".join(parts)

    def is_open(self, position: int) -> bool:
        """Whether a character stands in the open: in plain words, or in a line break."""
        if self.literal:
            return True
        at = bisect_right(self.breaks, position, key=_start) - 1
        if at >= 0 and position < self.breaks[at][1]:
            return True
        at = bisect_right(self.pieces, position, key=_start) - 1
        if at < 0:
            return False
        start, end, text = self.pieces[at]
        return position < end and end - start == len(text)


def _start(piece: tuple[int, int] | tuple[int, int, str]) -> int:
    return piece[0]


def read_inline(source: str, references: EnvType | None = None) -> Inline:
    """Reads the inline Markdown of one block.

    Args:
        source: Its lines, joined by newlines.
        references: markdown-it's environment, with the link definitions of the note.
    """
    found = Inline(source)
    if not _MARKUP.search(source):
        found.literal = True
        return found
    parser = inline_parser()
    env: EnvType = {"references": (references or {}).get("references", {})}
    state = PlacedInline(source, parser, env, [])
    parser.inline.tokenize(state)
    for rule in parser.inline.ruler2.getRules(""):
        rule(state)
    found.links, found.tags = state.links, state.tags
    for token in _shown(state.tokens, found):
        _speak(token, found)
    return found


def _shown(tokens: Sequence[Token], found: Inline) -> Iterator[Token]:
    """Yields tokens but those of scripts and styles, whose place becomes a line break.

    A tag that nothing closes hides nothing: who writes about `<script>` may forget the code marks.
    """
    closings = {name: number for number, token in enumerate(tokens) if (name := _silent_name(token, "/"))}
    hidden, begin = "", 0
    for number, token in enumerate(tokens):
        if hidden:
            if _silent_name(token, "/") == hidden:
                end = (token.map or [0])[0] + len(token.content)
                found.pieces.append((begin, end, " "))
                found.breaks.append((begin, end))
                hidden = ""
        elif (name := _silent_name(token, "")) and closings.get(name, 0) > number:
            hidden, begin = name, (token.map or [0])[0]
        else:
            yield token


def _silent_name(token: Token, close: str) -> str:
    match = SILENT_TAG.match(token.content) if token.type == "html_inline" else None
    return match["name"].lower() if match and match["close"] == close else ""


def _speak(token: Token, found: Inline) -> None:
    start, end = token.map or [0, 0]
    match token.type:
        case "text" | "code_inline" | "text_special" | "math_inline" | "math_inline_double":
            if token.content:
                # Any end beyond the start's letters will do: what is not literal is said whole.
                literal = token.type == "text" and end - start in (0, len(token.content))
                reach = start + len(token.content) + (0 if literal else 2)
                found.pieces.append((start, reach if end <= start or literal else end, token.content))
        case "softbreak" | "hardbreak":
            found.pieces.append((start, start + 2, " "))
            found.breaks.append((start, start + 1 + (token.type == "hardbreak")))
        case "html_inline":
            _speak_html(token.content, start, found)
        case _:
            pass


def _speak_html(tag: str, start: int, found: Inline) -> None:
    if _BREAKING_TAG.match(tag):
        found.pieces.append((start, start + len(tag), " "))
        found.breaks.append((start, start + len(tag)))
    elif SPACING_TAG.match(tag):
        found.pieces.append((start, start + len(tag), " "))
    elif picture := _HTML_SOURCE.match(tag):
        kept = markdown_link(picture=True, address=picture[1], label="", start=start, end=start + len(tag))
        found.links += [kept] if kept else []
