"""What tags of HTML do to the words around them: they part them, or hide what stands between.

<details><summary>제목</summary>내용이다.</details>     제목 | 내용이다.
<script>alert(1)</script> 뒤의 글이다.                 뒤의 글이다.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from index.reading.lines import Lines
from index.reading.places import Place

BREAKING_TAG = (
    r"</?(?:address|article|aside|blockquote|body|br|caption|center|dd|details|dialog|div|dl|dt|fieldset|figcaption"
    r"|figure|footer|form|h[1-6]|header|hr|li|main|menu|nav|ol|option|p|pre|section|summary|table|tbody|tfoot|thead"
    r"|tr|ul)(?=[\s/>])[^<>]*>"
)
"""A tag that begins or ends lines of their own: no sentence goes on across it."""

SILENT_ELEMENT = (
    r"<(?P<silent>script|style)(?=[\s/>])[^<>]*>"
    r"(?:[^<]|<(?!/?(?:script|style)\b))*</(?P=silent)\s*>"
)
"""An element whose content is shown nowhere."""

SPACING_TAG = re.compile(r"</?t[dh](?=[\s/>])[^<>]*>", re.IGNORECASE)
"""A cell of a table begins or ends."""

SILENT_TAG = re.compile(r"<(?P<close>/?)(?P<name>script|style)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_SILENT_OR_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|" + SILENT_TAG.pattern, re.IGNORECASE | re.DOTALL)
_CLOSING = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style")}


def hide_scripts(lines: Lines, tokens: Sequence[Token]) -> tuple[bool, int | None]:
    """Hides the scripts and styles that blocks of HTML hold, so that the text after them is read.

    To markdown-it the line on which a script ends is part of the block, whatever follows on it. One
    within another element may reach beyond its block, which ends at a blank line.

    Args:
        lines: The text.
        tokens: Its blocks; only where they are HTML is it looked for scripts, never in code.

    Returns:
        Whether anything was hidden, so that the blocks must be parsed again; and where a script begins
        that nothing ends: it hides the rest of its block.
    """
    ranges: list[Place] = []
    unclosed: list[int] = []
    for start, end in _html_ranges(lines, tokens):
        at = max(start, ranges[-1][1] if ranges else 0)
        while opening := _SILENT_OR_COMMENT.search(lines.shown, at, end):
            at = opening.end()
            if opening["name"] and not opening["close"]:
                # Where one has no end, a later one has none either: it is looked for once.
                closing = None if unclosed else _CLOSING[opening["name"].lower()].search(lines.shown, at)
                unclosed += [] if closing else [opening.start()]
                at = closing.end() if closing else end
                ranges.append((opening.start(), at))
    lines.hide_within(ranges)
    return bool(ranges), unclosed[0] if unclosed else None


def _html_ranges(lines: Lines, tokens: Sequence[Token]) -> Iterator[Place]:
    for token in tokens:
        if token.type == "html_block":
            first, last = token.map or [0, 1]
            yield lines.span(first)[0], lines.span(max(first, last - 1))[1]
