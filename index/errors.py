"""What can go wrong between a folder of notes and a hit. Each message ends with the remedy."""


class MutgoIndexError(Exception):
    """Base of every error the index raises on purpose."""


class EmbedderError(MutgoIndexError):
    """The embedding model can't be loaded or converted."""


class UnreadableNoteError(MutgoIndexError):
    """One file can't be read as a note; the rest of the folder still can."""


class NotesFolderError(MutgoIndexError):
    """The notes folder is missing or is no folder."""


class IndexBusyError(MutgoIndexError):
    """Another process is writing the index."""


class CatalogError(MutgoIndexError):
    """The catalog can't be opened, read or written."""


class GlossaryError(MutgoIndexError):
    """The glossary has an entry that can't be used."""
