"""The sections of a note while it is read: which is open, and what a new one stands under."""

from dataclasses import replace

from index.reading.document import CALLOUT_LEVEL, Section


class Outline:
    """Sections in order, and the one that what is read now belongs to.

    Attributes:
        sections: The sections so far, the first the text before any heading.
        current: Position of the open one.
    """

    def __init__(self) -> None:
        """Begins with the text before any heading."""
        self.sections = [Section((), 0, None, 0, 0)]
        self.current = 0
        self._floor = 0
        self._outer: list[tuple[int, int]] = []

    @property
    def nested(self) -> bool:
        """Whether a quote, callout or admonition is open."""
        return bool(self._outer)

    def enter(self) -> None:
        """Begins a quote: its headings stand under what is open now, and end with it."""
        self._outer.append((self.current, self._floor))
        self._floor = self.current

    def leave(self) -> None:
        """Ends the innermost quote."""
        self.current, self._floor = self._outer.pop()

    def open_heading(self, title: str, level: int, start: int, end: int, anchor: str) -> None:
        """Opens the section of a heading, under the nearest one of a lower level."""
        parent = self.current
        while parent != self._floor and self.sections[parent].level >= level:
            parent = self.sections[parent].parent or 0
        self._open(Section((title,), level, parent, start, end, id=anchor))

    def open_callout(self, title: str, kind: str, start: int, end: int) -> None:
        """Opens the section of a callout, under whatever is open: callouts nest."""
        self._open(Section((title,), CALLOUT_LEVEL, self.current, start, end, callout=kind))
        self._floor = self.current

    def _open(self, section: Section) -> None:
        above = self.sections[section.parent or 0].headings
        self.sections.append(replace(section, headings=(*above, *section.headings)))
        self.current = len(self.sections) - 1
