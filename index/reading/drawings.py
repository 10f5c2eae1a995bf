r"""Excalidraw drawings and canvas files: their words, never the scene they stand in.

Canvas and `.excalidraw` files are JSON. What they say stands in strings, whose places are those of
the raw characters: where JSON escapes one (`\n`, `\u00e9`), the place is that of the escape.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from index.problems import Problem
from index.reading.blocks import Blocks
from index.reading.document import Anchor
from index.reading.inline_rules import WIKILINK, read_wikilink
from index.reading.json_text import PlacedText, read_json
from index.reading.lines import Lines
from index.reading.targets import wikilink

_UNREADABLE = Problem("json_broken")
_ESCAPED = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)
_WARNING_LINE = re.compile(r"^==⚠.*$", re.MULTILINE)
_DATA = re.compile(r"^#{1,2} (?:Excalidraw Data|Text Elements)[ \t]*$", re.MULTILINE)
_TEXTS = re.compile(r"^#{1,2} Text Elements[ \t]*$", re.MULTILINE)
_TEXTS_END = re.compile(r"^(?:%%[ \t]*$|#{1,2} (?:Element Links|Embedded [Ff]iles|Drawing)\b)", re.MULTILINE)
_SCENE = re.compile(r"^(?:%%[ \t]*[\r\n]+)?#{1,2} Drawing\b", re.MULTILINE)
_ELEMENT_END = re.compile(r"[ \t]+\^([A-Za-z0-9_-]{8})[ \t]*$", re.MULTILINE)


def read_drawing_note(blocks: Blocks, begin: int) -> None:
    """Reads an Excalidraw drawing kept as Markdown: what is written before its data, then its text elements.

    Args:
        blocks: Where it is read to.
        begin: End of the front matter.
    """
    lines = blocks.lines
    source = lines.shown.replace("\r\n", " \n").replace("\r", "\n")
    for match in _WARNING_LINE.finditer(source, begin):
        lines.hide(*match.span())
    data = _DATA.search(source, begin) or _SCENE.search(source, begin)
    texts = _TEXTS.search(source, begin)
    scene = _SCENE.search(source, data.start() if data else begin)
    whole = lines.shown
    if data:
        lines.hide(data.start(), len(source))
    blocks.read()
    lines.shown = whole
    end = scene.start() if scene else len(source)
    if texts:
        stop = _TEXTS_END.search(source, texts.end())
        _read_elements(blocks, source, texts.end(), stop.start() if stop else len(source))
        blocks.links += [
            read_wikilink(match) for match in WIKILINK.finditer(source, stop.start() if stop else end, end)
        ]


def _read_elements(blocks: Blocks, source: str, begin: int, end: int) -> None:
    for match in _ELEMENT_END.finditer(source, begin, end):
        blocks.plain(_line_places(blocks.lines, begin, match.start()), match[1])
        begin = match.end()
    blocks.plain(_line_places(blocks.lines, begin, end))


def _line_places(lines: Lines, begin: int, end: int) -> list[tuple[int, int]]:
    """Ranges of the lines of a stretch of the text, white space around each left out."""
    places: list[tuple[int, int]] = []
    for line in range(lines.line_at(begin), lines.line_at(max(begin, end - 1)) + 1):
        start, stop = lines.span(line)
        start, stop = max(start, begin), min(stop, end)
        raw = lines.shown[start:stop]
        if raw.strip():
            places.append((start + len(raw) - len(raw.lstrip()), start + len(raw.rstrip())))
    return places


def read_drawing(blocks: Blocks) -> Problem | None:
    """Reads the text elements of an `.excalidraw` file; returns what is wrong with it, if anything."""
    return _read_nodes(blocks, ("elements",), _read_element)


def read_canvas(blocks: Blocks) -> Problem | None:
    """Reads a canvas: its text as Markdown, its files as embeds; returns what is wrong with it."""
    return _read_nodes(blocks, ("nodes", "edges"), _read_node)


def _read_nodes(
    blocks: Blocks, lists: Sequence[str], read: Callable[[Blocks, dict[str, Any]], None]
) -> Problem | None:
    source = blocks.lines.shown
    try:
        found = read_json(source)
    except (ValueError, RecursionError):
        return _UNREADABLE if source.strip() else None
    nodes = [node for name in lists for node in _dictionaries(found, name)]
    for node in sorted(nodes, key=_first_place):
        read(blocks, node)
    return None


def _dictionaries(found: Any, name: str) -> list[dict[str, Any]]:
    nodes: Any = found.get(name) if isinstance(found, dict) else None
    return [node for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else []


def _first_place(node: dict[str, Any]) -> int:
    return min((value.start for value in node.values() if isinstance(value, PlacedText)), default=0)


def _read_element(blocks: Blocks, element: dict[str, Any]) -> None:
    if element.get("isDeleted") is True:
        return
    if element.get("type") == "text":
        _read_text(blocks, element.get("originalText") or element.get("text"), plain=True)
    address = element.get("link")
    if isinstance(address, PlacedText) and (match := WIKILINK.search(address)):
        blocks.links.append(replace(read_wikilink(match), start=address.start, end=address.end))


def _read_node(blocks: Blocks, node: dict[str, Any]) -> None:
    _read_text(blocks, node.get("text"), plain=False)
    _read_text(blocks, node.get("label"), plain=True)
    file, place = node.get("file"), node.get("subpath")
    if isinstance(file, PlacedText):
        target = file + (place if isinstance(place, str) else "")
        blocks.links.append(wikilink(embedded=True, target=target, alias="", start=file.start, end=file.end))


def _read_text(blocks: Blocks, value: Any, *, plain: bool) -> None:
    """Reads a string of the file as a note of its own, and moves what it says to where it stands."""
    if not isinstance(value, PlacedText):
        return
    said = Blocks(Lines(str(value)))
    if plain:
        said.plain(_line_places(said.lines, 0, len(value)))
    else:
        said.lines.hide_comments(0)
        said.read()
    _append(blocks, said, _places(blocks.lines.text, value))


def _places(text: str, value: PlacedText) -> Sequence[int]:
    """Where each character of a string stands, and the end of the last."""
    if value.end - value.start == len(value):
        return range(value.start, value.end + 1)
    raw = text[value.start : value.end]
    return [*(value.start + match.start() for match in _ESCAPED.finditer(raw)), value.end]


def _append(blocks: Blocks, said: Blocks, places: Sequence[int]) -> None:
    before, shift = len(blocks.blocks), len(blocks.sections) - 1
    for section in said.sections[1:]:
        parent = section.parent + shift if section.parent else 0
        start, end = places[section.start], places[section.end]
        blocks.sections.append(replace(section, parent=parent, start=start, end=end))
    for block in said.blocks:
        sentences = tuple(replace(s, start=places[s.start], end=places[s.end]) for s in block.sentences)
        section = block.section + shift if block.section else 0
        start, end = places[block.start], places[block.end]
        blocks.blocks.append(replace(block, section=section, sentences=sentences, start=start, end=end))
    blocks.links += [replace(link, start=places[link.start], end=places[link.end]) for link in said.links]
    blocks.anchors += [Anchor(a.id, a.first + before, a.end + before) for a in said.anchors]
    blocks.tags += said.tags
