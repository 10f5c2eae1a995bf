"""What kind of line a model is writing: prose, an item, a step, a table row, code, or nothing worth reading."""

import re
from typing import Literal

from assistant.generating.markers import is_only_markers, opening_marker, take_markers

WrittenForm = Literal["paragraph", "item", "step", "subitem", "header", "row", "code"]
"""How a sentence is shown; `header` and `row` are of a table, their cells parted by ` | `."""

_PREFIX = re.compile(
    r"(?P<indent>\s*)(?:>\s?){0,8}"
    r"(?:(?P<item>[-*+•·‣▪])\s+(?:\[[ xX]\]\s+)?|(?P<step>\d{1,2}[.)]|[①-⑳])\s+)?"
    r"(?:\*\*)?(?:(?:답변|답|answer|assistant)(?:\*\*)?\s*[:：](?:\*\*)?\s*)?",
    re.IGNORECASE,
)
_BOLD_MARK = re.compile(r"\*\*$")
_NESTED = 2
"""Columns of indentation that put an item below another."""

FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_HEADING = re.compile(r"\s*(?:>\s?){0,8}#{1,6}(?:\s|$)")
_RULE = re.compile(r"\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|(?:=\s*){3,})$")
_BOLD = re.compile(
    r"\s*(?:\*\*[^*.!?。\]】]*[^*.!?。\]】다요죠]\*\*|__[^_.!?。\]】]*[^_.!?。\]】다요죠]__)\s*[:：]?\s*$"
)
"""A line that is bold from end to end is a heading, unless it ends as a sentence does."""

_SOURCES = re.compile(
    r"(?:출처|참고 ?문헌|참고 ?자료|인용|sources?|references?|citations?)\s*(?:list)?\s*[:：]?", re.IGNORECASE
)
_DEFINITION = re.compile(r"\s*[:：]")
_SEPARATOR = re.compile(r"\|?\s*:?-{1,}:?\s*(?:\|\s*:?-{1,}:?\s*)*\|?")
_WAITS = re.compile(r"\s*(?:>\s?){0,8}(?:#|\||`{3}|~{3}|[\[【［]|<sup)")
_CELL = re.compile(r"(?<!\\)\|")


def prefix(line: str) -> tuple[WrittenForm, int]:
    """Returns a line's form and where its text begins, after bullets and numbers.

    >>> prefix("  - 둘째 것"), prefix("3. 셋째 것")
    (('subitem', 4), ('step', 3))
    """
    match = _PREFIX.match(line)
    assert match is not None  # every part of it may be missing
    end = match.end()
    if _BOLD_MARK.search(line[:end]) and not re.search(r"[:：]", line[:end]):
        end -= 2  # the mark opens bold text, not a label
    if match["item"] is None and match["step"] is None:
        return "paragraph", end
    if len(match["indent"].expandtabs(4)) >= _NESTED:
        return "subitem", end
    return ("item" if match["item"] else "step"), end


def can_stream(line: str) -> bool:
    """Says whether the beginning of a line is enough to read its sentences by, one by one."""
    return _WAITS.match(line) is None


def is_silent(line: str) -> bool:
    """Says whether a line says nothing: a heading, a rule, or what a footnote stands for."""
    if _HEADING.match(line) or _RULE.fullmatch(line) or _BOLD.fullmatch(line):
        return True
    marker = opening_marker(line)
    return bool(marker) and _DEFINITION.match(line, len(marker)) is not None


def is_sources_label(line: str) -> bool:
    """Says whether a line announces the list of sources that many models end with."""
    bare = re.sub(r"[#*_>]", "", line)
    said = take_markers(bare, 0)[0]
    return _SOURCES.fullmatch(said.strip(" ,;.-()（）")) is not None


def is_listed_source(line: str) -> bool:
    """Says whether a line after that label still belongs to the list."""
    return not line.strip() or prefix(line)[0] != "paragraph" or bool(opening_marker(line))


def is_marker_line(line: str) -> bool:
    """Says whether a line holds markers only, which belong to the sentence before."""
    return is_only_markers(line)


def table_cells(line: str) -> list[str] | None:
    """Returns the cells of a table row; None for any other line."""
    row = line.strip()
    if not row.startswith("|") or len(row) < 3:
        return None
    return [cell.strip() for cell in _CELL.split(row.strip("|"))]


def is_separator(line: str) -> bool:
    """Says whether a line parts a table's header from its rows."""
    return _SEPARATOR.fullmatch(line.strip()) is not None
