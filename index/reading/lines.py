"""The text of a note by lines, with what is none of its text hidden from the parser.

What is hidden (front matter, comments, a drawing's scene) turns into spaces in `shown`, which is
as long as the text, so that every offset stays what it is.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

_LINE_END = re.compile(r"\r\n?|\n")
_MARKER = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*")
_FENCE = re.compile(r"`{3,}|~{3,}")
_NOT_LINE_END = re.compile(r"[^\r\n]")

FILLER = "\u200b"
"""Fills a hidden range before shown text: spaces there could make the line code. It is never said."""

SILENCE = "\u2060"
"""Fills a hidden script likewise; no sentence goes on across it, so that no quote holds what it hides."""


class Lines:
    """A text by lines as markdown-it counts them.

    Attributes:
        text: The text.
        shown: The text as the parser sees it, of the same length.
        starts: Offset of the first character of each line.
    """

    def __init__(self, text: str) -> None:
        """Takes the text as decoded, with whatever line ends it has."""
        self.text = text
        self.shown = text.replace("\0", "\ufffd")
        if text.startswith("\ufeff"):
            self.shown = " " + self.shown[1:]
        self.starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.starts)

    def span(self, line: int) -> tuple[int, int]:
        """Range of a 0-based line's characters, its line end left out."""
        if line >= len(self.starts):
            return len(self.text), len(self.text)
        start = self.starts[line]
        end = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return start, end

    def line_at(self, offset: int) -> int:
        """The 0-based line of a character."""
        return bisect_right(self.starts, offset) - 1

    def hide(self, start: int, end: int) -> None:
        """Hides a range from the parser."""
        self.shown = self.shown[:start] + _NOT_LINE_END.sub(" ", self.shown[start:end]) + self.shown[end:]

    def hide_within(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Hides scripts, given in order, which may begin or end within a line; a quote stays one."""
        kept: list[str] = []
        done = 0
        for start, end in ranges:
            kept += [self.shown[done:start], *self._blanked(start, end, SILENCE)]
            done = end
        self.shown = "".join((*kept, self.shown[done:]))

    def front_matter(self) -> tuple[int, int] | None:
        """Range of the YAML between a first line of `---` and the next; None where there is none.

        The plugin for markdown-it takes any first line that starts with dashes for an opening one
        (`---- 2024 ----`), and would swallow text down to the next rule.
        """
        opening = self.text[slice(*self.span(0))].removeprefix("\ufeff")
        if opening.rstrip() != "---":
            return None
        for line in range(1, len(self)):
            start, end = self.span(line)
            if self.text.startswith("---", start) and self.text[start:end].rstrip() == "---":
                return self.starts[1], start
        return None

    def hide_comments(self, begin: int) -> int | None:
        """Hides Obsidian's comments from `begin` on that span lines; those within one are left.

        A `%%` at the start of a line opens a comment up to the next `%%`, wherever that is;
        elsewhere both stand in one paragraph. Fenced and inline code holds no comment.

        Returns:
            Where a comment was opened that nothing closes: it hides the rest, as in Obsidian.
        """
        if self.shown.find("%%", begin) < 0:
            return None
        fence = ""
        kept: list[str] = []
        done, position, line = 0, begin, self.line_at(begin)
        unclosed: int | None = None
        while line < len(self):
            start, end = self.span(line)
            position = max(position, start)
            content = _MARKER.match(self.shown, start, end)
            mark = _FENCE.match(self.shown, content.end() if content else start, end)
            if fence or mark:
                fence = _after_fence(fence, self.shown[mark.start() : end] if mark else "")
                line += 1
                continue
            opened = self._opened(position, end)
            if opened is None:
                line += 1
                continue
            closing = self._closing(opened, at_start=content is not None and opened <= content.end())
            if closing is None:
                unclosed, closing = opened, len(self.text)
            if closing:
                kept += [self.shown[done:opened], *self._blanked(opened, closing)]
                done = position = closing
            line = max(line + 1, self.line_at(closing)) if closing else line + 1
        self.shown = "".join((*kept, self.shown[done:]))
        return unclosed

    def _opened(self, start: int, end: int) -> int | None:
        """Where a comment opens that does not close on its line."""
        pieces = self.shown[start:end].split("%%")
        at, ticks = start, 0
        opened: int | None = None
        for piece in pieces[:-1]:
            at += len(piece)
            ticks += piece.count("`")
            if opened is not None:
                opened = None
            elif ticks % 2 == 0:
                opened = at
            at += 2
        return opened

    def _closing(self, opened: int, *, at_start: bool) -> int | None:
        """One past a comment's end; None if nothing closes it, 0 if it is no comment."""
        closing = self.shown.find("%%", opened + 2)
        if at_start:
            return closing + 2 if closing >= 0 else None
        for line in range(self.line_at(opened) + 1, len(self)):
            start, end = self.span(line)
            if not self.shown[start:end].strip(" \t>") or closing < 0:
                return 0
            if start <= closing < end:
                return closing + 2
        return 0

    def _blanked(self, opened: int, closed: int, mark: str = FILLER) -> Iterator[str]:
        """Yields a range in blanks but for line ends and the marks of quotes, so that a quote stays one."""
        for line in range(self.line_at(opened), self.line_at(max(opened, closed - 1)) + 1):
            start, end = self.span(line)
            reach = self.starts[line + 1] if line + 1 < len(self) else len(self.text)
            first, last = max(start, opened), min(end, closed)
            kept = re.match(r"[ \t>]*", self.shown[first:last]) if first == start else None
            prefix = kept[0] if kept else ""
            filler = mark if self.shown[last:end].strip() else " "
            yield prefix + filler * (last - first - len(prefix))
            yield self.shown[last : min(reach, max(last, closed))]


def _after_fence(fence: str, mark: str) -> str:
    """The fence that is open after a line; `mark` is the line from its fence on."""
    if not mark:
        return fence
    found = _FENCE.match(mark)
    run = found[0] if found else ""
    if not fence:
        return "" if run[0] == "`" and "`" in mark[len(run) :] else run
    return "" if run.startswith(fence) and mark.strip() == run else fence
