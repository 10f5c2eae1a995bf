"""What can go wrong between a folder of notes and a hit. Each message ends with the remedy."""

from index.problems import Problem


class MutgoIndexError(Exception):
    """Base of every error the index raises on purpose."""


class EmbedderError(MutgoIndexError):
    """The embedding model can't be loaded or converted."""


class UnreadableNoteError(MutgoIndexError):
    """One file can't be read as a note; the rest of the folder still can.

    Attributes:
        problem: What is the matter with it.
    """

    def __init__(self, problem: Problem) -> None:
        """Takes what is the matter."""
        super().__init__(f"The file can't be read as a note: {' '.join((problem.kind, *problem.about))}.")
        self.problem = problem


class NotesFolderError(MutgoIndexError):
    """The notes folder is missing or is no folder."""


class IndexBusyError(MutgoIndexError):
    """Another process is writing the index; what it holds can still be read."""


class BuildError(MutgoIndexError):
    """The builds of an index, or which of them is current, can't be read or written."""


class WrongModelError(MutgoIndexError):
    """The index was made with another embedding model than it is asked with."""


class CatalogError(MutgoIndexError):
    """The catalog can't be opened, read or written."""


class DamagedCatalogError(CatalogError):
    """The catalog's file is damaged; a sync sets it aside and makes it again from the notes."""


class NewerIndexError(CatalogError):
    """A newer mutgo made the index; this one leaves it alone."""


class GlossaryError(MutgoIndexError):
    """The glossary has an entry that can't be used."""


class VectorsError(MutgoIndexError):
    """Chroma's folder or server can't be read or written; the catalog holds the vectors all the same."""


class VectorsBusyError(VectorsError):
    """Another process is writing Chroma's folder just now."""
