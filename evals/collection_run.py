"""A collection's notes, indexed as the product does it, with its real embedder."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.settings import Settings
from evals.collection import Document, write_notes
from evals.systems import RememberingEmbedder
from index.embed import DEFAULT_EMBEDDER, load_embedder
from index.glossary import load_glossary
from index.opened import Index
from index.sync import Progress, sync
from index.terms import TermReader


@contextmanager
def open_collection(
    documents: Sequence[Document], settings: Settings, progress: Progress
) -> Generator[tuple[Index, dict[str, str]]]:
    """Indexes documents in a scratch folder; yields the index and the documents' ids by note.

    Args:
        documents: The documents.
        settings: Glossary and embedding model.
        progress: Told of every stage.
    """
    embedder = RememberingEmbedder(
        load_embedder(
            settings.embedder or DEFAULT_EMBEDDER,
            cache_dir=settings.cache_folder(),
            progress=lambda done, total: progress("model", done, total),
            threads=settings.threads,
        )
    )
    reader = TermReader(load_glossary(settings.glossary_file()))
    with TemporaryDirectory(prefix="mutgo-collection-") as work:
        ids = write_notes(documents, Path(work, "notes"))
        sync(Path(work, "notes"), Path(work, "data"), embedder, reader, progress)
        index = Index(Path(work, "data"), embedder, reader)
        try:
            yield index, ids
        finally:
            index.close()
