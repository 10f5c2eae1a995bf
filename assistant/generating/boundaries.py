"""Where the sentences of a line end, as far as it is written."""

import re

from assistant.generating.markers import MARKERS

_CLOSERS = r"[\"'”’)」』*_~`]*+"
_BOUNDARY = re.compile(
    rf"(?P<end>[.!?。…]++{_CLOSERS})(?P<markers>{MARKERS}{_CLOSERS})(?:\s++|(?<=[\]】］>]))(?=\S)",
    re.IGNORECASE,
)
_COMPLETE = re.compile(rf"(?<![\d\s])[.!?。…]++{_CLOSERS}{MARKERS}{_CLOSERS}\s*$", re.IGNORECASE)
_CUT_MARKER = re.compile(r"\s*[\[【［<][^\]】］>]*$")
_MAYBE_MARKER = re.compile(r"(?:[\[【［][^\]】］\n]{0,24}|<[^>\n]{0,24})$")
_MAYBE_MORE = re.compile(r"[,;·]\s*(?:[\[【［][^\]】］\n]{0,24}|<[^>\n]{0,24})?$")
_MAYBE_ADDRESS = re.compile(r"\([^()\s]{0,80}$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|etc|cf|approx|no|fig|ca|inc|예)|(?<![\w.])[A-Za-z](?:\.[A-Za-z])*|(?:^|\s)\d{1,2})\.$",
    re.IGNORECASE,
)


_LONGEST_TAIL = 300
"""Characters of an end mark and the markers after it."""


def next_boundary(line: str, start: int, searched: int, *, final: bool) -> tuple[tuple[int, int] | None, int]:
    """Finds where the next sentence of a line ends, unless something to come could still change it.

    Args:
        line: The line as far as it is written.
        start: Where the sentence begins.
        searched: Before here there is no boundary: what was returned for the line when it was shorter.
        final: The line is complete.

    Returns:
        Where the sentence ends with its markers and where the next begins, or None; and where to
        search from when the line is longer, so that a long line is not read again for each character.
    """
    for match in _BOUNDARY.finditer(line, max(start, searched)):
        if not final and _is_undecided(line, match.end()):
            return None, match.start()
        sentence = line[start : match.end("end")]
        if not _is_open(sentence) and not _ABBREVIATION.search(
            sentence, max(0, len(sentence) - _LONGEST_TAIL)
        ):
            return (match.end("markers"), match.end()), match.end()
        searched = match.end()
    return None, max(searched, len(line) - _LONGEST_TAIL)


def whole_part(line: str) -> str | None:
    """Returns a line that was cut off without a marker in halves, if it ends as a sentence does.

    `3.` at its end does not: it may have become `3.5`.
    """
    rest = _CUT_MARKER.sub("", line)
    return rest if _COMPLETE.search(rest) else None


def _is_undecided(line: str, place: int) -> bool:
    """Whether what begins at a place may still become one more marker, or the address of the last one."""
    if line[place] == "(" and line[place - 1] in "]】］":
        return _MAYBE_ADDRESS.match(line, place) is not None
    if line[place] in ",;·":
        return _MAYBE_MORE.match(line, place) is not None
    return _MAYBE_MARKER.match(line, place) is not None


def _is_open(sentence: str) -> bool:
    """Whether brackets, code or a quotation are still open at the end, so that no sentence ends there."""
    return (
        sentence.count("`") % 2 == 1
        or sentence.count('"') % 2 == 1
        or any(
            sentence.count(first) > sentence.count(last)
            for first, last in ("()", "（）", "“”", "「」", "『』")
        )
    )
