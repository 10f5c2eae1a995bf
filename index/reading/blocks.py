"""Walks markdown-it's block tokens and collects sections, blocks, links, tags and block ids.

A block's places come from its lines: each line that the parser kept of a paragraph is the end of a
line of the file, whatever marks of lists and quotes stand before it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from markdown_it.token import Token

from index.reading.document import Anchor, Block, BlockKind, Sentence
from index.reading.fences import fence, formula, html_parts
from index.reading.html import hide_scripts
from index.reading.inline_rules import before_tags, tag_names
from index.reading.lines import Lines
from index.reading.markup import BLOCK_ID, plain_text
from index.reading.outline import Outline
from index.reading.parsing import ADMONITION, parse_blocks
from index.reading.places import Place, column, content_places, trimmed
from index.reading.tables import read_row, row_place
from index.reading.words import Words
from index.text import normalise

_CALLOUT = re.compile(r"\[!([^\]|\n]+)(?:\|[^\]\n]*)?\][+-]?[ \t]*(.*)")
_EMBED_LINE = re.compile(r"(?:!\[\[[^\]]*\]\]|!\[[^\]]*\]\([^)]*\)|<img\b[^>]*>|\s)+")
_INCLUDE_LINE = re.compile(r"\{\*.*\*\}")
_SLID_HEADER = re.compile(r"\[[^\]]*Open in Slid[^\]]*\]\(https?://slid\.cc/[^)]*\)\s*")
_TAGS_LINE = re.compile(r"(?:#[^\s#]+\s*)+")
_TASK = re.compile(r"\[([ xX/\-><!?*])\][ \t]+")
_BULLET = re.compile(r"(?:[-*+]|(\d{1,9})[.)])[ \t]+(?=\S)")
_OVER_INDENT = 4
"""Columns beyond its parent's text from which markdown-it takes a bullet for a line of that text."""
_HEADING_ID = re.compile(r"[ \t]*\{[ \t]*[#.]([\w-]*)[^{}\n]*\}$")


@dataclass(slots=True)
class _Item:
    """An open list item while walking the tokens."""

    depth: int
    number: int | None
    checked: bool | None = None


class Blocks:
    """What has been read so far; places are offsets into `lines.text`.

    Attributes:
        sections: The sections, the first the text before any heading.
        blocks: The blocks.
        links: Links, in the order of their blocks.
        tags: Tags in the text.
        anchors: Block ids.
        open_script: Where a script or style begins that nothing ends; None if there is none.
    """

    def __init__(self, lines: Lines) -> None:
        """Takes the text, with what is to be hidden hidden."""
        self.lines = lines
        self._outline = Outline()
        self.sections = self._outline.sections
        self.blocks: list[Block] = []
        self._words = Words(lines)
        self.links = self._words.links
        self.tags = self._words.tags
        self.anchors: list[Anchor] = []
        self.open_script: int | None = None
        self._items: list[_Item] = []
        self._label = ""
        self._header: list[str] = []
        self._whole = (0, 0)
        self._leaves: dict[str, Callable[[Sequence[Token], int], None]] = {
            "paragraph_open": self._paragraph,
            "html_block": self._html,
            "heading_open": self._heading,
            "fence": self._code,
            "code_block": self._code,
            "math_block": self._math,
            "tr_open": self._row,
        }

    def read(self) -> None:
        """Reads all that is shown of the text."""
        tokens, self._words.env = parse_blocks(self.lines.shown)
        hidden, self.open_script = hide_scripts(self.lines, tokens)
        if hidden:
            tokens, self._words.env = parse_blocks(self.lines.shown)
        for position, token in enumerate(tokens):
            if not token.level and token.nesting >= 0:
                self._whole = (self._whole[1], len(self.blocks))
            self._walk(tokens, position)
        self.anchors = [self._with_nested(anchor) for anchor in self.anchors]
        self._outline.current = 0

    def _with_nested(self, anchor: Anchor) -> Anchor:
        """An item's block id names what is nested in the item too."""
        named, end = self.blocks[anchor.first], anchor.end
        if named.kind == "item" and anchor.end == anchor.first + 1:
            while end < len(self.blocks) and self.blocks[end].depth > named.depth:
                end += 1
        return replace(anchor, end=end)

    def _walk(self, tokens: Sequence[Token], position: int) -> None:
        token = tokens[position]
        match token.type:
            case "blockquote_open":
                self._outline.enter()
            case t if t == f"{ADMONITION}_open":
                self._outline.enter()
                self._admonition(token)
            case t if t in ("blockquote_close", f"{ADMONITION}_close"):
                self._outline.leave()
            case "list_item_open":
                self._items.append(_Item(len(self._items), int(token.info) if token.info.isdigit() else None))
            case "list_item_close":
                self._items.pop()
            case "footnote_reference_open":
                self._label = normalise(str(token.meta["label"]))
            case "footnote_reference_close":
                self._label = ""
            case t if t in self._leaves:
                self._leaves[t](tokens, position)
            case _:
                pass

    # ---- sections ---------------------------------------------------------------------------------

    def _heading(self, tokens: Sequence[Token], position: int) -> None:
        token = tokens[position]
        places = content_places(self.lines, tokens[position + 1].content, token.map, heading=True)
        if not places:
            return
        start, end = places[-1]
        anchor = ""
        if match := _HEADING_ID.search(self.lines.shown, start, end):
            anchor, end = normalise(match[1]), match.start()
        if match := BLOCK_ID.search(self.lines.shown, start, end):
            end = trimmed(self.lines, start, match.start())
        end = self._without_tags(start, end)
        if title := self._words.say([*places[:-1], (start, end)]):
            self._outline.open_heading(title, int(token.tag[1]), places[0][0], end, anchor)

    def _callout(self, match: re.Match[str]) -> None:
        kind = normalise(match[1])
        place = (match.start(2), self._without_tags(*match.span(2)))
        title = self._words.say([place]) or kind.capitalize()
        self._outline.open_callout(title, kind.lower(), *(place if match[2] else match.span(1)))

    def _without_tags(self, start: int, end: int) -> int:
        """Keeps the tags that a title ends with, and returns where it ends without them."""
        bare = before_tags(self.lines.shown, start, end)
        self.tags += tag_names(self.lines.shown[bare:end])
        return bare

    def _admonition(self, token: Token) -> None:
        kind, bar, title = token.info.partition("|")
        shown = (title if bar else kind).strip()
        at = self.lines.shown.rfind(shown, *self.lines.span((token.map or [0])[0]))
        said = plain_text(shown) if bar else normalise(shown).capitalize()
        if said and at >= 0:
            self._outline.open_callout(said, normalise(kind).lower(), at, at + len(shown))

    # ---- blocks -----------------------------------------------------------------------------------

    def _code(self, tokens: Sequence[Token], position: int) -> None:
        self._add_verbatim("code", fence(self.lines, tokens[position]))

    def _math(self, tokens: Sequence[Token], position: int) -> None:
        self._add_verbatim("math", formula(self.lines, tokens[position]))

    def _add_verbatim(self, kind: BlockKind, said: Sentence | None) -> None:
        if said is not None:
            self._add(kind, (said,))

    def _row(self, tokens: Sequence[Token], position: int) -> None:
        line = (tokens[position].map or [0])[0]
        start, end = row_place(self.lines.shown, *self.lines.span(line))
        raw = self.lines.shown[start:end]
        if (match := BLOCK_ID.fullmatch(raw)) and self.blocks:
            self._name(match[1], self._whole[1], len(self.blocks))
            return
        row = read_row(tokens, position, self._header)
        if row.header:
            self._header = row.cells
        if row.text:
            self._words.read(raw, lambda offset: start + offset)
            self._add("header" if row.header else "row", (Sentence(row.text, start, end),))

    def _html(self, tokens: Sequence[Token], position: int) -> None:
        for places in html_parts(self.lines, tokens[position]):
            self._text(places)

    def _paragraph(self, tokens: Sequence[Token], position: int) -> None:
        inline = tokens[position + 1]
        places = content_places(self.lines, inline.content, inline.map)
        bullets = [number for number in range(1, len(places)) if self._is_bullet(places[0], places[number])]
        own = places[: bullets[0]] if bullets else places
        if own and self._items and tokens[position - 1].type == "list_item_open":
            own[0] = self._task(*own[0])
        self._text(own)
        for first, end in pairwise([*bullets, len(places)]):
            self._indented_item(places[first:end])

    def _is_bullet(self, opening: Place, place: Place) -> bool:
        """Whether a line of a paragraph is an item that is indented too far for CommonMark.

        Obsidian shows `- a` with `- b` two tabs further in as an item and one below it. A number needs
        the indent, for a line of prose may begin with one.
        """
        match = _BULLET.match(self.lines.shown, *place)
        if match is None or match[1] is None:
            return bool(match)
        return column(self.lines, place[0]) >= column(self.lines, opening[0]) + _OVER_INDENT

    def _indented_item(self, places: list[Place]) -> None:
        match = _BULLET.match(self.lines.shown, *places[0])
        if match is None:
            return
        self._items.append(_Item(len(self._items), int(match[1]) if match[1] else None))
        self._text([self._task(match.end(), places[0][1]), *places[1:]])
        self._items.pop()

    def _task(self, start: int, end: int) -> Place:
        match = _TASK.match(self.lines.shown, start, end)
        if match is None:
            return start, end
        self._items[-1].checked = match[1] != " "
        return match.end(), end

    def _text(self, places: list[Place]) -> None:
        segments: list[Place] = []
        for number, (start, end) in enumerate(places):
            raw = self.lines.shown[start:end]
            if not raw:
                continue
            callout = _CALLOUT.fullmatch(self.lines.shown, start, end)
            if not number and self._outline.nested and callout:
                self._callout(callout)
            elif _EMBED_LINE.fullmatch(raw) or _INCLUDE_LINE.fullmatch(raw):
                self._flush(segments)
                self._words.read(raw, lambda offset, start=start: start + offset)
                self._add("embed", (), start, end)
            elif _TAGS_LINE.fullmatch(raw) and (names := list(tag_names(raw))):
                self.tags += names
            elif not _SLID_HEADER.fullmatch(raw):
                segments.append((start, end))
        self._flush(segments)

    def plain(self, places: list[Place], block_id: str = "") -> None:
        """Reads lines as one paragraph, whatever Markdown would make of them."""
        before = len(self.blocks)
        self._flush(places)
        if block_id and len(self.blocks) > before:
            self._name(block_id, before, len(self.blocks))

    def _flush(self, segments: list[Place]) -> None:
        if not segments:
            return
        start, end = segments[-1]
        match = BLOCK_ID.search(self.lines.shown, start, end)
        # At the start of the line, the expression can't see that a line begins here.
        if match is None and (alone := BLOCK_ID.fullmatch(self.lines.shown[start:end])):
            block_id, end = alone[1], start
        elif match:
            block_id, end = match[1], trimmed(self.lines, start, match.start())
        else:
            block_id = ""
        places = [*segments[:-1], (start, end)] if end > start else segments[:-1]
        segments.clear()
        first = len(self.blocks)
        if places and (sentences := tuple(self._words.sentences(places))):
            kind = "footnote" if self._label else "item" if self._items else "paragraph"
            self._add(kind, sentences, block_id=block_id)
        if block_id and len(self.blocks) > first:
            self.anchors.append(Anchor(block_id, first, first + 1))
        elif block_id and first and not places:
            self._name(block_id, self._whole[0] if self._whole[1] == first else first - 1, first)

    def _name(self, block_id: str, first: int, end: int) -> None:
        """Gives an id of its own line to the blocks before it."""
        if first < end:
            self.blocks[first] = replace(self.blocks[first], id=self.blocks[first].id or block_id)
            self.anchors.append(Anchor(block_id, first, end))

    def _add(
        self,
        kind: BlockKind,
        sentences: tuple[Sentence, ...],
        start: int = 0,
        end: int = 0,
        block_id: str = "",
    ) -> None:
        item = self._items[-1] if self._items else _Item(0, None)
        if sentences:
            start, end = sentences[0].start, sentences[-1].end
        checked, item.checked = item.checked, None
        self.blocks.append(
            Block(
                kind,
                self._outline.current,
                sentences,
                item.depth,
                item.number,
                start,
                end,
                checked,
                self._label,
                block_id,
            )
        )
