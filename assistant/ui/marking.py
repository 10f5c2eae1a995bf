"""Marks the cited characters of a note in its rendered HTML, exactly.

Markdown is not rendered character by character, so a span of the source cannot be cut out of the
HTML. Instead the parsed blocks still know their source lines: before the inline text of a block is
parsed, each line of it is found in its source line, and two rare characters are put around the cited
part. They travel through rendering and cleaning like letters do, and become `<mark>` at the end.

    source      "- EC2는 **가상 서버**이다. 켜고 끌 수 있다."      cited: "EC2는 **가상 서버**이다."
    inline      "⸨EC2는 **가상 서버**이다.⸩ 켜고 끌 수 있다."
    html        "<li>⸨EC2는 <strong>가상 서버</strong>이다.⸩ 켜고 끌 수 있다.</li>"
    marked      "<li><mark>EC2는 </mark><strong><mark>가상 서버</mark></strong><mark>이다.</mark> ..."
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

# Brackets that no keyboard types. They are punctuation to Markdown, so that `**` beside one still
# opens and closes emphasis. The first pair that the note does not contain is used.
FENCES = ("⸨⸩", "⸦⸧", "⧼⧽", "⟬⟭", "⦗⦘", "⦑⦒")

_LINE_END = re.compile(r"\r\n?|\n")  # as Markdown counts lines; not str.splitlines()
_BLOCK_END = re.compile(r"</(?:p|li|td|th|h[1-6]|pre|div|blockquote)>")
_UNBREAKABLE = re.compile(r"\]\([^()\s]*\)|<[^<>]+>|\[\[[^\[\]]*\]\]|&#?\w+;|\\.")
_PIECE = re.compile(r"""(<(?:"[^"]*"|'[^']*'|[^>"'])*>)""")


@dataclass(frozen=True, slots=True)
class Span:
    """Cited characters of a note, `start` included and `end` not, and where its lines begin.

    Attributes:
        start: First cited character, 0-based.
        end: One past the last cited character; `end <= start` cites nothing.
        lines: The lines of the note without their ends.
        offsets: Offset of the first character of each line.
    """

    start: int
    end: int
    lines: tuple[str, ...]
    offsets: tuple[int, ...]

    @property
    def first_line(self) -> int:
        """Line of the first cited character, 0-based."""
        return _line_at(self.offsets, self.start)

    @property
    def last_line(self) -> int:
        """Line of the last cited character, 0-based."""
        return _line_at(self.offsets, max(self.start, self.end - 1))

    def touches(self, lines: Sequence[int]) -> bool:
        """Whether a block with the line range `[first, last)` holds a cited line."""
        return self.end > self.start and lines[0] <= self.last_line and self.first_line < lines[1]


def span_of(text: str, start: int, end: int) -> Span:
    r"""The span `text[start:end]`, clipped to the text.

    >>> span = span_of("# 제목\r\n- 하나\r\n- 둘", 8, 10)
    >>> span.first_line, span.lines[1], span.offsets
    (1, '- 하나', (0, 6, 12))
    """
    offsets = [0, *(match.end() for match in _LINE_END.finditer(text))]
    start = min(max(start, 0), len(text))
    return Span(start, min(max(end, start), len(text)), tuple(_LINE_END.split(text)), tuple(offsets))


def fence_for(text: str) -> str:
    """Two characters that `text` does not contain."""
    return next((pair for pair in FENCES if not set(pair) & set(text)), "\ue000\ue001")


def fence_tokens(tokens: Sequence[Token], span: Span, fence: str) -> None:
    """Puts the fence around the cited part of each block's text, and classes the cited blocks.

    Args:
        tokens: Blocks as parsed, before their inline text is; changed in place.
        span: What is cited.
        fence: The opening and the closing character.
    """
    searched_from: dict[int, int] = {}  # cells of a table row share a line; go on after the last
    for token in tokens:
        if token.map is None or not span.touches(token.map):
            continue
        if token.type == "inline":
            token.content = _fence_lines(token.content, token.map[0], span, fence, searched_from)
        elif token.type in ("fence", "code_block"):
            first = token.map[0] + (token.type == "fence")
            token.content = _fence_lines(token.content, first, span, fence, searched_from)
        elif token.tag in ("p", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6") and token.nesting:
            token.attrJoin("class", "cited")


def mark(html: str, fence: str) -> tuple[str, bool]:
    """Turns fenced text into `<mark class="cite">`, element by element.

    Returns:
        The HTML without the fence's characters, and whether anything was marked.
    """
    marked, inside, pieces = False, False, list[str]()
    for piece in tags_and_text(html):
        if piece.startswith("<"):
            inside = inside and not _BLOCK_END.match(piece)  # a fence never spans blocks
            pieces.append(piece.replace(fence[0], "").replace(fence[1], ""))
            continue
        for part in re.split(f"([{fence}])", piece):
            if part in (fence[0], fence[1]):
                inside = part == fence[0]
            elif inside and part.strip():
                marked = True
                pieces.append(f'<mark class="cite">{part}</mark>')
            else:
                pieces.append(part)
    return "".join(pieces), marked


def tags_and_text(html: str) -> list[str]:
    """Splits HTML into its tags, which begin with `<`, and the text between them."""
    return _PIECE.split(html)


def _line_at(offsets: Sequence[int], position: int) -> int:
    return max(bisect_right(offsets, position) - 1, 0)


def _fence_lines(content: str, first: int, span: Span, fence: str, searched: dict[int, int]) -> str:
    lines = content.split("\n")
    for index, line in enumerate(lines):
        number = first + index
        if span.first_line <= number <= span.last_line:
            lines[index] = _fence_line(line, number, span, fence, searched)
    return "\n".join(lines)


def _fence_line(line: str, number: int, span: Span, fence: str, searched: dict[int, int]) -> str:
    positions = align(line, span.lines[number], searched.get(number, 0))
    if not positions:
        return line
    searched[number] = positions[-1] + 1
    base = span.offsets[number]
    cited = [i for i, at in enumerate(positions) if span.start <= base + at < span.end]
    cited = [i for i in cited if not line[i].isspace()]
    if not cited:
        return line
    begin, end = _past_markup(line, cited[0]), _past_markup(line, cited[-1] + 1)
    return f"{line[:begin]}{fence[0]}{line[begin:end]}{fence[1]}{line[end:]}"


def _past_markup(line: str, position: int) -> int:
    """The position, or the end of the address, tag or entity it lies in, which a fence would break."""
    for found in _UNBREAKABLE.finditer(line):
        if found.start() < position < found.end():
            return found.end()
    return position


def align(content: str, source: str, after: int = 0) -> list[int]:
    r"""Where each character of a parsed line stands in its source line; empty when it does not.

    Markdown drops only what is markup of blocks (indents, `>`, list marks, the backslash of `\|`),
    so the content is found in order within the source.

    >>> align("나 | 다", "> - 나 \\| 다")
    [4, 5, 7, 8, 9]
    """
    stripped = content.strip()
    found = source.find(stripped, after)
    if stripped and found >= 0:
        lead = len(content) - len(content.lstrip())
        trail = len(content) - lead - len(stripped)
        last = found + len(stripped) - 1
        return [*[found] * lead, *range(found, last + 1), *[last] * trail]
    positions, at = list[int](), after
    for character in content:
        found = source.find(character, at)
        if found < 0:
            return []
        positions.append(found)
        at = found + 1
    return positions
