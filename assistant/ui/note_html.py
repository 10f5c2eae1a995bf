"""A note as safe HTML that looks like a note, with the cited span marked.

A note is untrusted text: whatever HTML it holds goes through a sanitiser that keeps the looks of
text and nothing else. No image, frame, form, style or script survives. The pictures of the vault are
put in afterwards, made here (`picture_html.py`), so nothing else is ever fetched.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from assistant.ui.marking import Span, fence_for, fence_tokens, mark, span_of, tags_and_text
from assistant.ui.obsidian import CALLOUTS, obsidian
from assistant.ui.picture_html import FindTarget, picture_html
from assistant.ui.readable import readable
from assistant.ui.texts import KOREAN, Texts

Resolve = Callable[[str], str | None]

# A note longer than this is shown around the cited lines only: rendering takes about 1 ms for 25
# lines, and a person waits for it.
LINES_SHOWN = 2_000

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*(?:\r\n?|\n).*?(?:\r\n?|\n)---[ \t]*(?=[\r\n]|\Z)", re.DOTALL)
_OUTSIDE = re.compile(r"(?:https?|mailto):", re.IGNORECASE)

_TEXT_TAGS = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre",
    "code", "em", "strong", "b", "i", "u", "s", "del", "ins", "sub", "sup", "small", "kbd", "mark",
    "span", "div", "table", "thead", "tbody", "tr", "th", "td", "a", "details", "summary", "dl",
    "dt", "dd", "abbr", "q",
}  # fmt: skip
_BLOCKS = ("p", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6")
_CLASSES = {
    **{tag: {"cited", "callout-title"} for tag in _BLOCKS},
    "div": {"callout", *(f"callout-{kind}" for kind in CALLOUTS.values())},
    "span": {"image", "wikilink"},
    "a": {"wikilink"},
}


@dataclass(frozen=True, slots=True)
class NoteHtml:
    """A rendered note.

    Attributes:
        html: Safe HTML.
        headings: Heading path of the first cited line, outermost first.
        marked: The cited span is marked in `html`.
        whole: All of the note is in `html`, not only a part around the span.
    """

    html: str
    headings: tuple[str, ...]
    marked: bool
    whole: bool


def render_note(
    text: str,
    start: int,
    end: int,
    resolve: Resolve | None = None,
    find: FindTarget | None = None,
    words: Texts = KOREAN,
) -> NoteHtml:
    """Renders a note with `text[start:end]` marked.

    Args:
        text: The note as read; offsets are into it.
        start: First cited character.
        end: One past the last; `end <= start` marks nothing.
        resolve: Gives the path of the note a wikilink means, None when there is none.
        find: Gives the picture that a target means, None when there is none.
        words: What is said of pictures.

    Returns:
        The note; when the span cannot be marked (it lies in front matter or raw HTML, or in text
        that is not shown), `marked` is False and the note is shown without a mark.
    """
    text, start, end = readable(text, start, end)
    span = span_of(text, start, end)
    shown, whole = _shown_lines(text, span)
    fence = fence_for(text)
    parser = _parser()
    pictures = _Pictures(find or _unresolved, words, fence)
    env: EnvType = {"span": span, "fence": fence, "resolve": resolve or _unresolved, "pictures": pictures}
    html = parser.render("\n".join(shown), env)
    html, marked = mark(_cleaner().clean(html), fence)
    return NoteHtml(pictures.put_into(html), heading_path(shown, span.first_line), marked, whole)


def _unresolved(name: str) -> None:
    """Links and pictures lead nowhere."""


class _Pictures:
    """The pictures of a note while it is rendered; a word that no note can know holds the place of each."""

    def __init__(self, find: FindTarget, words: Texts, fence: str) -> None:
        self.find = find
        self.words = words
        self.fence = fence
        self.made = list[str]()
        self.word = f"mutgo{secrets.token_hex(16)}n"

    def keep(self, token: Token) -> str:
        """Makes the HTML of a picture, and returns what holds its place until the rest is cleaned."""
        label = re.sub(f"[{self.fence}]", "", token.content)
        marks = re.sub(f"[^{self.fence}]", "", token.content)  # a citation may begin or end in a label
        link, linked = token.meta["link"], bool(token.meta["linked"])
        self.made.append(picture_html(link, label, self.find, self.words, linked=linked))
        return f"{self.word}{len(self.made) - 1};{marks}"

    def put_into(self, html: str) -> str:
        """Puts the pictures into cleaned HTML, among its text alone, never inside a tag."""
        place = re.compile(f"{self.word}(\\d+);")
        return "".join(
            place.sub("" if piece.startswith("<") else lambda found: self.made[int(found[1])], piece)
            for piece in (tags_and_text(html) if self.made else [html])
        )


def heading_path(lines: Sequence[str], line: int) -> tuple[str, ...]:
    """The headings a line stands under, outermost first, itself included.

    >>> heading_path(["# AWS", "## EC2", "- 서버", "## S3"], 2)
    ('AWS', 'EC2')
    """
    path: dict[int, str] = {}
    for level, title, at in _headings(_parser().parse("\n".join(lines))):
        if at > line:
            break
        path = {depth: name for depth, name in path.items() if depth < level} | {level: title}
    return tuple(path.values())


def _headings(tokens: Sequence[Token]) -> Iterator[tuple[int, str, int]]:
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.map:
            parts = tokens[index + 1].children or []
            yield int(token.tag[1]), "".join(p.content for p in parts).strip(), token.map[0]


def _shown_lines(text: str, span: Span) -> tuple[list[str], bool]:
    """The lines to render, those left out blank, so that line numbers stay those of the note."""
    lines = list(span.lines)
    front = _FRONT_MATTER.match(text)
    if front:
        hidden = span_of(text, 0, front.end()).last_line + 1
        lines[:hidden] = [""] * hidden
    if len(lines) <= LINES_SHOWN:
        return lines, True
    first = max(span.first_line - LINES_SHOWN // 2, 0)
    last = first + LINES_SHOWN
    return [line if first <= i < last else "" for i, line in enumerate(lines)], False


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "breaks": True})
    parser.enable(["table", "strikethrough"]).use(obsidian)
    parser.core.ruler.after("tasks", "cite", lambda state: _fence(state.tokens, state.env))
    for name, rule in (
        ("wikilink", _wikilink),
        ("image_line", _image_line),
        ("link_open", _link_open),
        ("footnote_ref", _footnote_label),
        ("footnote_reference_open", _footnote_label),
        ("footnote_reference_close", _nothing),
    ):
        parser.add_render_rule(name, rule)
    return parser


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TEXT_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "template"},
        attributes={
            "a": {"href", "title", "data-note", "data-heading"},
            "ol": {"start"},
            "th": {"colspan", "rowspan"},
            "td": {"colspan", "rowspan"},
            "abbr": {"title"},
        },
        allowed_classes=_CLASSES,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        tag_attribute_values={"a": {"role": {"link"}, "tabindex": {"0"}}},
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _fence(tokens: Sequence[Token], env: EnvType) -> None:
    if "span" in env:
        fence_tokens(tokens, env["span"], env["fence"])


def _wikilink(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    name, _, heading = str(token.meta["target"]).partition("#")
    note = env["resolve"](name.strip())
    if note is None:
        return f'<span class="wikilink">{escape(token.content)}</span>'
    place = f'data-note="{escape(note)}" data-heading="{escape(heading.strip())}"'
    return f'<a class="wikilink" role="link" tabindex="0" {place}>{escape(token.content)}</a>'


def _image_line(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return env["pictures"].keep(tokens[index])


def _footnote_label(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return f"<sup>{escape(str(tokens[index].meta['label']))}</sup>"


def _nothing(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return ""


def _link_open(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    href = str(tokens[index].attrGet("href") or "")
    return renderer.renderToken(tokens, index, options, env) if _OUTSIDE.match(href) else "<a>"
