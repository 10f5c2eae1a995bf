"""The part of a place that a sentence is held against."""

from dataclasses import dataclass

from assistant.verifying.context import Context
from assistant.verifying.quantities import Quantity
from assistant.verifying.reading import Statement, Word


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a place that a sentence may be held against.

    Attributes:
        words: Its own words, of the row's head and inherited topic too.
        own: The statements it is made of.
        context: What stands over it.
        text: Its own text.
        topic: What it is about, where it says so itself.
    """

    words: tuple[Word, ...]
    own: tuple[Statement, ...]
    context: Context
    text: str
    topic: tuple[Word, ...]

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """The numbers of its own."""
        return tuple(q for s in self.own for q in s.quantities)
