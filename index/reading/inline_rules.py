"""What Obsidian adds within a line, as rules beside markdown-it's: wikilinks, tags, comments, highlights.

Each rule is called at the characters that may begin markup, says whether it read something there,
and only then moves on. A `silent` call looks ahead and makes nothing.
"""

import re
from collections import deque
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from index.reading.document import Link
from index.reading.inline_state import PlacedInline
from index.reading.targets import link_text, markdown_link, wikilink

WIKILINK = re.compile(r"(!?)\[\[((?:[^\[\]|\\\n]|\\(?!\|))*)(?:\\?\|((?:[^\[\]\n]|\[(?!\[)|\](?!\]))*))?\]\]")
"""Bang, target, alias. In a table the bar before the alias is escaped."""

_IN_TAG = "[\\w/\\-\u0300-\u036f\u200d\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]"
TAG = re.compile(f"#({_IN_TAG}+)")

_WHOLE_TAG = rf"\#(?=[\d/_\-]*(?![\d/_\-]){_IN_TAG}){_IN_TAG}+(?!\S)"
TAG_RUN = rf"[ \t]*(?<!\S){_WHOLE_TAG}(?:[ \t]+{_WHOLE_TAG})*"
"""Tags one after the other. At the end of a line they file the note, and are no part of what it says."""

_TAG_RUN = re.compile(TAG_RUN)

_MAX_LABEL = 1_000
"""Most characters of the second label of `[text][label]`; so much is looked at for each bracket."""


@cache
def inline_parser() -> MarkdownIt:
    """Returns markdown-it with Obsidian's rules; it keeps nothing between two sources."""
    parser = _Parser("commonmark").enable("strikethrough")
    parser.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    rules = parser.inline.ruler
    rules.before("escape", "wikilink", _wikilink)
    rules.before("escape", "tag", _tag)
    rules.before("escape", "comment", _comment)
    rules.before("escape", "highlight", _highlight)
    rules.before("escape", "footnote_inline", _footnote)
    rules.at("link", _link)
    rules.at("image", _image)
    parser.inline.ruler2.disable("fragments_join")  # it merges tokens and forgets their places
    parser.inline.ruler2.push("highlight", _join_highlights)
    return parser


class _Parser(MarkdownIt):
    """A reader fetches nothing, so that any address may stand in a link; its label is still said."""

    def validateLink(self, url: str) -> bool:
        return True


def read_wikilink(match: re.Match[str]) -> Link:
    """Returns the link that `WIKILINK` matched, with its place in what was searched."""
    bang, target, alias = match.groups(default="")
    return wikilink(embedded=bool(bang), target=target, alias=alias, start=match.start(), end=match.end())


def tag_names(text: str) -> Iterator[str]:
    """Yields the tags of a text that holds nothing else; see `valid_tag`."""
    return (name for match in TAG.finditer(text) if (name := valid_tag(match[1])))


def valid_tag(name: str) -> str:
    """Returns a tag as it counts, empty where it is none: `#1` is a number, `#aws/` is `aws`."""
    name = name.strip("/")
    return name if any(not (ch.isdigit() or ch in "/-_") for ch in name) else ""


def before_tags(text: str, start: int, end: int) -> int:
    """Returns where the tags begin that a range ends with; its end where it ends with none, or holds no more.

    >>> before_tags("개요 #db #aws", 0, 11), before_tags("issue #12", 0, 9)
    (2, 9)
    """
    last = deque(_TAG_RUN.finditer(text, start, end), maxlen=1)
    if last and not text[last[0].end() : end].strip() and text[start : last[0].start()].strip():
        return last[0].start()
    return end


def _wikilink(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "![" or (match := WIKILINK.match(state.src, state.pos)) is None:
        return False
    if match.end() > state.posMax or not (match[2].strip() or match[3]):
        return False
    if not silent and isinstance(state, PlacedInline):
        found = read_wikilink(match)
        state.links.append(found)
        token = state.push("text_special", "", 0)
        token.content, token.map = link_text(found), [match.start(), match.end()]
    state.pos = match.end()
    return True


def _tag(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "#" or (state.pos and not state.src[state.pos - 1].isspace()):
        return False
    match = TAG.match(state.src, state.pos, state.posMax)
    if match is None or not (name := valid_tag(match[1])):
        return False
    if not silent:
        if isinstance(state, PlacedInline):
            state.tags.append(name)
        state.append_pending(match[0])
    state.pos = match.end()
    return True


def _comment(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("%%", state.pos):
        return False
    closing = state.src.find("%%", state.pos + 2, state.posMax)
    if closing < 0:
        return False
    if not silent:
        state.push("text_special", "", 0).content = " "
        state.tokens[-1].map = [state.pos, closing + 2]
    state.pos = closing + 2
    return True


def _highlight(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("==", state.pos):
        return False
    end = state.pos + 2
    while end < state.posMax and state.src[end] == "=":
        end += 1
    if silent or not isinstance(state, PlacedInline):
        state.pos = end
        return True
    if end - state.pos > 2:
        state.append_pending(state.src[state.pos : end])
    else:
        token = state.push("text", "", 0)
        token.content = "=="
        token.map = [state.pos, end]
        state.marks.append(token)
    state.pos = end
    return True


def _join_highlights(state: StateInline) -> None:
    if not isinstance(state, PlacedInline):
        return
    opened: Token | None = None
    for token in state.marks:
        start, end = token.map or [0, 0]
        if opened is not None and not state.src[start - 1].isspace():
            opened.content = token.content = ""
            opened = None
        elif end < len(state.src) and not state.src[end].isspace():
            opened = token


def _footnote(state: StateInline, silent: bool) -> bool:
    """Reads `^[a note]` in place, in parentheses: the plugin would move it away from its place."""
    if not state.src.startswith("^[", state.pos) or not isinstance(state, PlacedInline):
        return False
    closer = state.closer(state.pos + 1)
    if closer is None or closer >= state.posMax:
        return False
    if not silent:
        begin, maximum = state.pos, state.posMax
        opening = state.push("text_special", "", 0)
        opening.content, opening.map = " (", [begin, begin + 1]
        state.pos, state.posMax = begin + 2, closer
        state.level += 1
        state.md.inline.tokenize(state)
        state.level -= 1
        state.pos, state.posMax = closer, maximum
        closing = state.push("text_special", "", 0)
        closing.content, closing.map = ")", [closer, closer + 1]
    state.pos = closer + 1
    return True


def _link(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[":
        return False
    return _bounded(state, silent, state.pos)


def _image(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "!" or not state.src.startswith("[", state.pos + 1):
        return False
    return _bounded(state, silent, state.pos + 1)


def _bounded(state: StateInline, silent: bool, bracket: int) -> bool:
    """Runs markdown-it's own rule where it can succeed, and keeps what it found."""
    rule = link if bracket == state.pos else image
    if not isinstance(state, PlacedInline):
        return rule(state, silent)
    closer = state.closer(bracket)
    if closer is None or closer >= state.posMax:
        return False
    begin, maximum, made = state.pos, state.posMax, len(state.tokens) + bool(state.pending)
    if not state.src.startswith("(", closer + 1):
        state.posMax = min(maximum, closer + _MAX_LABEL)
    found = rule(state, silent)
    state.posMax = maximum
    if found and not silent:
        token = state.tokens[made]
        address = str(token.attrGet("href") or token.attrGet("src") or "")
        label = state.src[bracket + 1 : closer]
        kept = markdown_link(picture=rule is image, address=address, label=label, start=begin, end=state.pos)
        state.links += [kept] if kept else []
    return found
