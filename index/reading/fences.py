"""Blocks that are said as they are written: fences, formulas and HTML, each with its place."""

import re
from collections.abc import Iterator

from markdown_it.token import Token

from index.reading.document import Sentence
from index.reading.lines import Lines
from index.reading.places import Place, content_places
from index.text import normalise

_TAGS_ONLY = re.compile(r"(?:</?[A-Za-z][^<>]*>\s*)+")
_SCENE = ("compressed-json", "json compressed")


def fence(lines: Lines, token: Token) -> Sentence | None:
    """Returns the code of a fence or of indented lines; None if there is none, or it is a drawing's scene."""
    first, last = token.map or [0, 0]
    if token.info.strip().startswith(_SCENE):
        return None
    if token.type == "fence":
        closing = lines.shown[slice(*lines.span(last - 1))].strip(" \t>")
        closed = last - first > 1 and closing.startswith(token.markup) and len(set(closing)) == 1
        first, last = first + 1, last - closed
    text = normalise(token.content)
    return Sentence(text, lines.span(first)[0], lines.span(last - 1)[1]) if last > first and text else None


def formula(lines: Lines, token: Token) -> Sentence | None:
    """Returns what stands between the marks of a formula of its own lines; None if nothing does."""
    first, last = token.map or [0, 0]
    start, end = lines.span(first)[0], lines.span(max(first, last - 1))[1]
    start = lines.shown.find("$$", start, end) + 2
    end = max(start, lines.shown.rfind("$$", start, end))
    raw = lines.shown[start:end]
    text = normalise(re.sub(r"[\r\n]+[ \t>]*", "\n", raw))
    return Sentence(text, start + len(raw) - len(raw.lstrip()), start + len(raw.rstrip())) if text else None


def html_parts(lines: Lines, token: Token) -> Iterator[list[Place]]:
    """Yields the lines of a block of HTML: tags on lines around the words are no part of their quote."""
    places = content_places(lines, token.content, token.map)
    silent = [bool(_TAGS_ONLY.fullmatch(lines.shown, *place)) for place in places]
    first = next((i for i, tags in enumerate(silent) if not tags), len(silent))
    last = next((len(silent) - i for i, tags in enumerate(reversed(silent)) if not tags), first)
    yield from ([around] for around in places[:first])
    yield places[first:last]
    yield from ([around] for around in places[last:])
