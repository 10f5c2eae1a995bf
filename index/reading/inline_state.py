"""markdown-it's inline parser with places: it reads from left to right, and so knows where it stands."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

from index.reading.document import Link

_BRACKETS = re.compile(r"\\.|`+|[\[\]]", re.DOTALL)
_MAX_BRACKET_NESTING = 6
"""Brackets that hold deeper ones are text: no link does, and trying each would take quadratic time."""


class KoreanInline(StateInline):
    """The state of markdown-it's inline parser, where emphasis ends before a particle."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """Lets `**이름(Name)**은` close: CommonMark asks for a space where a bracket meets a letter.

        Korean puts particles there. As in the amendment for Chinese, Japanese and Korean
        (github.com/tats-u/markdown-cjk-friendly), a letter of these scripts counts like a space.
        """
        scanned = super().scanDelims(start, canSplitWord)
        if not canSplitWord or (scanned.can_open and scanned.can_close):
            return scanned
        before = self.src[start - 1] if start else " "
        after = self.src[start + scanned.length] if start + scanned.length < self.posMax else " "
        can_open = scanned.can_open or (_is_cjk(before) and not after.isspace())
        can_close = scanned.can_close or (_is_cjk(after) and not before.isspace())
        return Scanned(can_open, can_close, scanned.length)


class PlacedInline(KoreanInline):
    """The state of markdown-it's inline parser, with the place of every token in `Token.map`.

    Attributes:
        links: The links read so far, with places in the source.
        tags: The tags read so far.
        marks: Tokens of `==` that may open or close a highlight.
    """

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self.links: list[Link] = []
        self.tags: list[str] = []
        self.marks: list[Token] = []
        self.pending_start = 0
        self.closers: dict[int, int] | None = None

    def append_pending(self, text: str) -> None:
        """Keeps where plain letters begin."""
        if not self.pending:
            self.pending_start = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:
        """Places the token of the plain letters read so far."""
        token = super().pushPending()
        token.map = [self.pending_start, self.pending_start + len(token.content)]
        return token

    def push(self, ttype: str, tag: str, nesting: int) -> Token:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Places a token where the parser stands."""
        token = super().push(ttype, tag, nesting)  # pyright: ignore[reportArgumentType]
        token.map = [self.pos, self.pos]
        return token

    def closer(self, position: int) -> int | None:
        """Where the bracket opened at a position closes; None if it may open no link."""
        if self.closers is None:
            self.closers = dict(_bracket_pairs(self.src))
        return self.closers.get(position)


def _is_cjk(ch: str) -> bool:
    return "\u1100" <= ch <= "\u11ff" or "\u2e80" <= ch <= "\u9fff" or "\uac00" <= ch <= "\ud7ff"


def _bracket_pairs(source: str) -> Iterator[tuple[int, int]]:
    """Yields the pairs of brackets that nest few others, in one pass; code hides brackets."""
    runs: dict[int, list[int]] = {}
    for run in re.finditer("`+", source):
        runs.setdefault(len(run[0]), []).append(run.start())
    stack: list[tuple[int, int]] = []  # position, how deep what it holds nests
    hidden = 0
    for match in _BRACKETS.finditer(source):
        at, mark = match.start(), match[0]
        if at < hidden or mark[0] == "\\":
            continue
        if mark[0] == "`":
            same = runs[len(mark)]
            following = bisect_right(same, at)
            hidden = same[following] + len(mark) if following < len(same) else hidden
        elif mark == "[":
            stack.append((at, 1))
        elif stack:
            opened, height = stack.pop()
            if stack and stack[-1][1] <= height:
                stack[-1] = (stack[-1][0], height + 1)
            if height <= _MAX_BRACKET_NESTING:
                yield opened, at
