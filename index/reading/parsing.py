"""Markdown to markdown-it's block tokens; what the blocks say is read later, once each.

One parser serves all notes: it keeps nothing between them.
"""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markdown_it.utils import EnvType
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

ADMONITION = "container_admonition"

_MAX_NESTING = 100
_DEEPEST = 64
"""Containers nest so deep; a list takes two levels. At its own limit markdown-it drops the rest of the note."""

_DEEP_MARKERS = re.compile(r"(?:(?:[-*+]|\d{1,9}[.)])[ \t]+|[> \t])*")
_ADMONITION = re.compile(r"[ \t]*[A-Za-z][\w-]*[ \t]*(?:\|.*)?")


def parse_blocks(source: str) -> tuple[list[Token], EnvType]:
    """Parses a note's blocks.

    Returns:
        The tokens, with inline text not yet parsed, and the environment with the note's link definitions.
    """
    env: EnvType = {}
    return _parser().parse(source, env), env


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table")
    parser.use(footnote_plugin, inline=False, move_to_end=False)
    parser.use(dollarmath_plugin, allow_labels=False, allow_blank_lines=False)
    parser.use(container_plugin, "admonition", marker="/", validate=_is_admonition)
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.block.ruler.before("table", "too_deep", _too_deep)
    return parser


def _is_admonition(parameters: str, markup: str) -> bool:
    """Whether `/// note | Title` opens a block of MkDocs' documentation."""
    return bool(_ADMONITION.fullmatch(parameters))


def _too_deep(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    """Reads a line that is nested too deep as a paragraph, so that nothing is lost."""
    if state.level < _DEEPEST or silent:
        return False
    start = state.bMarks[startLine] + state.tShift[startLine]
    line = state.src[start : state.eMarks[startLine]]
    markers = _DEEP_MARKERS.match(line)
    state.line = startLine + 1
    opening = state.push("paragraph_open", "p", 1)
    opening.map = [startLine, state.line]
    inline = state.push("inline", "", 0)
    inline.content = line[markers.end() if markers else 0 :].strip()
    inline.map = [startLine, state.line]
    inline.children = []
    state.push("paragraph_close", "p", -1)
    return True
