"""How notes are read: by which model, with which terms, in which pieces."""

from dataclasses import dataclass, field

from index.chunks import DEFAULT_CHUNKING, Chunking
from index.embed import Embedder
from index.terms import TermReader


@dataclass(frozen=True, slots=True)
class Reading:
    """What a note's entry depends on beside the note.

    Attributes:
        embedder: Counts tokens, and says which model's vectors the chunks need.
        reader: The reader of terms, with the vault's words.
        plain: The same without words of any vault.
        chunking: How notes are divided.
        known_words: Which words `plain` reads whole, as far as they were met.
    """

    embedder: Embedder
    reader: TermReader
    plain: TermReader
    chunking: Chunking = DEFAULT_CHUNKING
    known_words: dict[str, bool] = field(default_factory=dict[str, bool])
