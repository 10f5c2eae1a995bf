"""Citation markers as models write them: [1], [1, 2], [1-3], [^1], 【1】, [출처 1], <sup>1</sup>, and (1) at the end."""

import re
from collections.abc import Iterator

_LABEL = r"(?:(?:출처|근거|노트|자료|문서|발췌|구절|passages?|sources?|notes?|docs?|refs?)\s*[:#]?\s*)?"
_NUMBER = r"\^?\d{1,2}"
_NUMBERS = rf"{_LABEL}{_NUMBER}(?:\s*(?:[,;·、&]|[-–~]|및|and|,\s*and)\s*{_LABEL}{_NUMBER})*"
MARKER = (
    rf"(?:\[\[?\s*{_NUMBERS}\s*\]\]?(?:\([^()\s]{{0,80}}\))?"
    rf"|[【［]\s*{_NUMBERS}\s*(?:†[^】］\n]{{0,40}})?[】］]"
    rf"|<sup>\s*\[?\s*{_NUMBERS}\s*\]?\s*</sup>)"
)
"""A pattern of one marker; it holds no group that is kept."""

_COMMA = rf"(?:\s*[,;·](?=\s*{MARKER}))?"
MARKERS = rf"(?:\s*{MARKER}{_COMMA})*+"
"""A pattern of all markers in a row."""

_MARKER = re.compile(rf"\s*({MARKER}){_COMMA}", re.IGNORECASE)
_ONLY_MARKERS = re.compile(rf"\s*(?:{MARKER}[\s,;.]*)+", re.IGNORECASE)
_AT_THE_END = re.compile(r"(?<=\S)\s+([(（]\s*\d{1,2}(?:\s*,\s*\d{1,2})*\s*[)）])(?=\s*[.!?。…]?\s*$)")
_RANGE_OR_NUMBER = re.compile(r"(\d+)(?:\s*[-–~]\s*\^?(\d+))?")
_LITERAL = re.compile(r"`+[^`]*`+|“[^”]*”|「[^」]*」|『[^』]*』|\"[^\"]*\"")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_)\]]$")


def is_only_markers(text: str) -> bool:
    """Says whether a text is markers and nothing else."""
    return _ONLY_MARKERS.fullmatch(text) is not None


def opening_marker(text: str) -> str:
    """Returns the marker that a text begins with; empty if it begins with none."""
    match = _MARKER.match(text)
    return match[0] if match else ""


def take_markers(text: str, passages: int) -> tuple[str, tuple[int, ...]]:
    """Parts a sentence from its markers.

    What stands in code or in quotation marks is someone else's, and stays. A number that is no
    passage's cites nothing; its marker goes all the same, unless it looks like an index (`parts[12]`).

    Args:
        text: The sentence as written.
        passages: How many there are; they are numbered from 1.

    Returns:
        The sentence without markers, and the cited passages in order of mention.

    >>> take_markers("S3는 객체를 저장한다[1, 3].", 3)
    ('S3는 객체를 저장한다.', (1, 3))
    """
    literal = [(match.start(), match.end()) for match in _LITERAL.finditer(text)]
    cited: list[int] = []
    kept: list[str] = []
    place = 0
    for match in _MARKER.finditer(text):
        start, end = match.span()
        if any(first < end and start < last for first, last in literal):
            continue
        numbers = [number for number in _numbers(match[1]) if 1 <= number <= passages]
        if not numbers and match.start(1) == start and _IDENTIFIER.search(text[:start]):
            continue
        cited += numbers
        kept.append(text[place:start])
        place = end
    rest = "".join([*kept, text[place:]])
    if not cited and (match := _AT_THE_END.search(rest)):
        cited = [number for number in _numbers(match[1]) if 1 <= number <= passages]
        rest = rest[: match.start()] + rest[match.end() :] if cited else rest
    return rest.strip(), tuple(dict.fromkeys(cited))


def _numbers(marker: str) -> Iterator[int]:
    """The numbers of a marker, those of a range one by one."""
    for match in _RANGE_OR_NUMBER.finditer(marker.partition("†")[0].partition("(")[0] or marker):
        first, last = int(match[1]), int(match[2] or match[1])
        yield from range(first, last + 1) if first <= last else (first, last)
