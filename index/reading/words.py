"""What the lines of a block say: its sentences, and the links and tags in them, each with its place."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from markdown_it.utils import EnvType

from index.reading.document import Link, Sentence
from index.reading.inline import Inline, read_inline
from index.reading.lines import Lines
from index.reading.markup import sentence_ranges, spoken
from index.reading.places import Place, joined


class Words:
    """Reads lines, and keeps the links and tags it meets.

    Attributes:
        lines: The text.
        links: Links so far, with places in the text.
        tags: Tags so far, without `#`.
        env: markdown-it's environment, with the link definitions of the note.
    """

    def __init__(self, lines: Lines) -> None:
        """Takes the text, with what is to be hidden hidden."""
        self.lines = lines
        self.links: list[Link] = []
        self.tags: list[str] = []
        self.env: EnvType = {}

    def sentences(self, places: list[Place]) -> Iterator[Sentence]:
        """Yields the sentences of a block's lines."""
        source, place = joined(self.lines, places)
        inline = self.read(source, place)
        for first, last in sentence_ranges(source, inline):
            if text := spoken(inline, first, last):
                yield Sentence(text, place(first), place(last - 1) + 1)

    def say(self, places: list[Place]) -> str:
        """Returns what lines say as one sentence."""
        source, place = joined(self.lines, places)
        return spoken(self.read(source, place), 0, len(source))

    def read(self, source: str, place: Callable[[int], int]) -> Inline:
        """Reads inline Markdown; `place` tells where a character of it stands in the text."""
        inline = read_inline(source, self.env)
        self.tags += inline.tags
        self.links += [
            replace(link, start=place(link.start), end=place(link.end - 1) + 1) for link in inline.links
        ]
        return inline
