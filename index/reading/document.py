"""What a file of the vault is once it is read: sections, blocks, sentences and links, each with its place.

Every place is a half-open range of characters of `Note.text`, the file's text as decoded, so that
`note.text[x.start:x.end]` is the quote of whatever `x` says.
"""

from dataclasses import dataclass
from typing import Literal

from index.problems import Problem

BlockKind = Literal["paragraph", "item", "header", "row", "code", "math", "footnote", "embed"]
LinkKind = Literal["link", "embed", "image"]

CALLOUT_LEVEL = 7
"""A callout opens a section below any heading, whose levels are 1 to 6."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence (or a whole short block) and where the note says it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, or a callout's title, with its place in the tree of the note.

    Attributes:
        headings: Path of titles, outermost first, this section's own last; empty for the text
            before the first heading.
        level: 0 before the first heading, 1 to 6 for headings, 7 for callouts.
        parent: Position of the enclosing section in `Note.sections`; None for the first.
        start: First character of the title in the text; equal to `end` where there is none.
        end: One past the title's last character.
        callout: The callout's type in lower case (`info`, `warning`); empty for a heading.
        id: The anchor a heading was given (`# Title { #anchor }`); empty without one.
    """

    headings: tuple[str, ...]
    level: int
    parent: int | None
    start: int
    end: int
    callout: str = ""
    id: str = ""

    @property
    def title(self) -> str:
        """The section's own title; empty before the first heading."""
        return self.headings[-1] if self.headings else ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, table header, table row, code fence, formula, footnote or embed.

    Attributes:
        kind: What it is.
        section: Position of its section in `Note.sections`.
        sentences: Its sentences in order, each with its place; none for an embed.
        depth: Nesting of a list item, 0 at the top.
        number: The number of an item of an ordered list.
        start: First character of what it says, or of the embed.
        end: One past the last.
        checked: Whether a task is done; None for what is no task.
        label: The label of a footnote's definition.
        id: Its block id, without the `^`; empty without one.
    """

    kind: BlockKind
    section: int
    sentences: tuple[Sentence, ...]
    depth: int = 0
    number: int | None = None
    start: int = 0
    end: int = 0
    checked: bool | None = None
    label: str = ""
    id: str = ""

    @property
    def text(self) -> str:
        """What the block says, without markup."""
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Link:
    """A wikilink, an embed, an image, or a Markdown link to another file of the vault.

    Attributes:
        kind: `embed` shows the target in place, `image` shows a picture.
        target: The file as written, without heading and block id; empty for a place in the same note;
            an address for a remote image.
        start: First character of the link's markup.
        end: One past its last character.
        heading: The heading it points at; `#` separates nested ones.
        block_id: The block it points at, without the `^`.
        alias: What is shown instead of the target.
        width: Width in pixels that an image is shown at.
        height: Height in pixels that an image is shown at.
    """

    kind: LinkKind
    target: str
    start: int
    end: int
    heading: str = ""
    block_id: str = ""
    alias: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """A block id and the blocks it names: `blocks[first:end]`, a list item with what is nested in it."""

    id: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Note:
    """One file of the vault, read.

    Attributes:
        path: Vault-relative path with forward slashes, NFC. The note's identity.
        title: Front matter's title, else the file's name without its ending.
        aliases: Other names from the front matter.
        tags: Tags from the front matter, then those in the text, nested ones whole, without `#`.
        date: The front matter's date as written, or an empty string.
        text: The file's text as read; every offset counts its characters.
        sha256: Digest of the file's bytes.
        sections: The sections in order; the first is the text before any heading.
        blocks: The blocks in order.
        warnings: What a person should know about how the file was read.
        links: Wikilinks, embeds, images and local links in order.
        anchors: The block ids in order.
    """

    path: str
    title: str
    aliases: tuple[str, ...]
    tags: tuple[str, ...]
    date: str
    text: str
    sha256: str
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    warnings: tuple[Problem, ...] = ()
    links: tuple[Link, ...] = ()
    anchors: tuple[Anchor, ...] = ()

    @property
    def block_ids(self) -> dict[str, int]:
        """Position of the first block that each block id names; the first of equal ids counts."""
        return {anchor.id: anchor.first for anchor in reversed(self.anchors)}

    def line_of(self, offset: int) -> int:
        """The 1-based line that holds a character of the text."""
        return self.text.count("\n", 0, offset) + 1
