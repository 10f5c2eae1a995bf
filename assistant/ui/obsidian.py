"""What Obsidian and Slid add to Markdown: callouts, wikilinks, embeds, comments, tasks, highlights.

Rules for markdown-it. They only build tokens; nothing here decides what HTML is safe.
"""

import re
from dataclasses import replace
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType
from mdit_py_plugins.footnote import footnote_plugin

from index.reading.document import Link
from index.reading.inline_state import KoreanInline
from index.reading.targets import markdown_link, wikilink

CALLOUTS = {
    "info": "info", "note": "info", "todo": "info", "abstract": "info", "summary": "info",
    "tldr": "info", "tip": "tip", "hint": "tip", "important": "tip", "success": "tip",
    "check": "tip", "done": "tip", "question": "question", "help": "question", "faq": "question",
    "warning": "warning", "caution": "warning", "attention": "warning", "failure": "danger",
    "fail": "danger", "missing": "danger", "danger": "danger", "error": "danger", "bug": "danger",
    "example": "example", "quote": "quote", "cite": "quote",
}  # fmt: skip

_CALLOUT = re.compile(r"\[!([\w-]+)\][+-]?[ \t]*(.*)")
_WIKILINK = re.compile(r"!?\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]*))?\]\]")
_COMMENT = re.compile(r"%%.*?%%", re.DOTALL)
_TASK = re.compile(r"\[([ xX])\] ")
_HIGHLIGHT = re.compile(r"==(?=[^\s=])([^\n]{0,400}?[^\s=])==(?!=)")
_BLOCK_ID = re.compile(r"(?:^|[ \t\n])\^[A-Za-z0-9_-]+\s*$")
_HTML_IMAGE = re.compile(r"""(<img\b(?:[^<>"']|"[^"<]*"|'[^'<]*')*>)""", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""(?<![\w-])(src|alt|width|height)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.IGNORECASE
)
_PIXELS = re.compile(r"(\d{1,5})(?:px)?")


def obsidian(parser: MarkdownIt) -> None:
    """Adds the rules to a parser."""
    parser.inline = _KoreanParser()
    parser.use(footnote_plugin, inline=False, move_to_end=False)
    parser.core.ruler.after("block", "callouts", _callouts)
    parser.core.ruler.after("callouts", "tasks", _tasks)
    parser.core.ruler.after("callouts", "block_ids", _block_ids)
    parser.inline.ruler.before("link", "wikilink", _wikilink)
    parser.inline.ruler.before("text", "comment", _comment)
    parser.inline.ruler.before("link", "highlight", _highlight)
    parser.core.ruler.after("inline", "images", _images)


class _KoreanParser(ParserInline):
    """markdown-it's inline parser, in which `**이름(Name)**은` is bold as in the index."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parses as markdown-it does, but for the rules of emphasis."""
        state = KoreanInline(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def is_picture(target: str) -> bool:
    """Whether an embed names a file that is shown rather than read."""
    return bool(re.search(r"\.(png|jpe?g|gif|webp|svg|bmp|avif|excalidraw(\.md)?|pdf|mp[34])$", target, re.I))


def _callouts(state: StateCore) -> None:
    tokens = state.tokens
    openings = [i for i, token in enumerate(tokens[:-2]) if token.type == "blockquote_open"]
    for index in reversed(openings):  # from the end, as a callout may add tokens
        if tokens[index + 2].type == "inline":
            _callout(tokens, index)


def _callout(tokens: list[Token], index: int) -> None:
    opening, paragraph, inline = tokens[index : index + 3]
    title_line, _, body = inline.content.partition("\n")
    found = _CALLOUT.fullmatch(title_line.strip())
    if found is None:
        return
    kind = CALLOUTS.get(found[1].lower(), "info")
    _as_div(tokens, index, f"callout callout-{kind}")
    title = found[2].strip() or found[1].capitalize()
    first = opening.map[0] if opening.map else 0
    extra = _paragraph(body, first + 1, (inline.map or [first, first + 1])[1]) if body else []
    paragraph.attrSet("class", "callout-title")
    paragraph.map = inline.map = [first, first + 1]
    paragraph.hidden = False
    inline.content = title
    tokens[index + 4 : index + 4] = extra


def _as_div(tokens: list[Token], index: int, classes: str) -> None:
    level = tokens[index].level
    tokens[index].tag = "div"
    tokens[index].attrSet("class", classes)
    for token in tokens[index + 1 :]:
        if token.type == "blockquote_close" and token.level == level:
            token.tag = "div"
            return


def _paragraph(content: str, first: int, end: int) -> list[Token]:
    opening = Token("paragraph_open", "p", 1, map=[first, end], block=True)
    inline = Token("inline", "", 0, map=[first, end], content=content, children=[], block=True)
    return [opening, inline, Token("paragraph_close", "p", -1, block=True)]


def _tasks(state: StateCore) -> None:
    for index, token in enumerate(state.tokens[:-2]):
        inline = state.tokens[index + 2]
        if token.type == "list_item_open" and inline.type == "inline":
            found = _TASK.match(inline.content)
            if found:
                box = "☐" if found[1] == " " else "☑"
                inline.content = f"{box} {inline.content[found.end() :]}"


def _wikilink(state: StateInline, silent: bool) -> bool:
    found = _WIKILINK.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        target, alias = found[1].strip(), (found[2] or "").strip()
        embed = found[0].startswith("!")
        if embed and is_picture(target):
            token = state.push("image_line", "span", 0)
            link = wikilink(embedded=True, target=target, alias=alias, start=0, end=0)
            _as_picture(token, link.alias or target.removesuffix(".md"), link)
        else:
            token = state.push("wikilink", "a", 0)
            token.content = alias or target.replace("#", " › ").strip(" ›")
            token.meta = {"target": target}
    state.pos = found.end()
    return True


def _highlight(state: StateInline, silent: bool) -> bool:
    found = _HIGHLIGHT.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        end = state.posMax
        state.push("highlight_open", "mark", 1)
        state.pos, state.posMax = found.start(1), found.end(1)
        state.md.inline.tokenize(state)
        state.push("highlight_close", "mark", -1)
        state.posMax = end
    state.pos = found.end()
    return True


def _block_ids(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline":
            token.content = _BLOCK_ID.sub("", token.content)


def _comment(state: StateInline, silent: bool) -> bool:
    found = _COMMENT.match(state.src, state.pos)
    if found is None:
        return False
    state.pos = found.end()
    return True


def _images(state: StateCore) -> None:
    """Makes every picture an `image_line`: its content is its label, its meta the `link` to it."""
    pieces = [_html_pieces(token) if token.type == "html_block" else [token] for token in state.tokens]
    state.tokens = [piece for split in pieces for piece in split]
    for block in state.tokens:
        inside = 0  # a link, in which no other can stand
        for token in block.children or []:
            inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            if token.type == "image":
                label, address = token.content, str(token.attrGet("src") or "")
                link = markdown_link(picture=True, address=address, label=label, start=0, end=0)
                title = str(token.attrGet("title") or "")
                _as_picture(token, (label if link is None else link.alias) or title, link)
            elif token.type == "html_inline" and _HTML_IMAGE.fullmatch(token.content):
                _as_html_picture(token)
            if token.type == "image_line":
                token.meta["linked"] = inside > 0


def _html_pieces(block: Token) -> list[Token]:
    """A block of HTML, its pictures apart."""
    pieces = list[Token]()
    for number, content in enumerate(_HTML_IMAGE.split(block.content)):
        piece = Token("html_block", "", 0, content=content, block=True)
        if number % 2:
            _as_html_picture(piece)
        pieces.append(piece)
    return pieces if len(pieces) > 1 else [block]


def _as_html_picture(token: Token) -> None:
    said = {name.lower(): unescape("".join(value)) for name, *value in _ATTRIBUTE.findall(token.content)}
    sizes = [_PIXELS.fullmatch(said.get(name, "").strip()) for name in ("width", "height")]
    width, height = (int(size[1]) if size else None for size in sizes)
    link = markdown_link(picture=True, address=said.get("src", "").strip(), label="", start=0, end=0)
    _as_picture(token, said.get("alt", ""), link and replace(link, width=width, height=height))


def _as_picture(token: Token, label: str, link: Link | None) -> None:
    token.type, token.content, token.children = "image_line", label.strip(), None
    token.meta = {"link": link, "linked": False}
