"""From settings to what an assistant stands on: reader of terms, embedding model, index."""

from assistant.settings import Settings
from index.embed import DEFAULT_EMBEDDER, Embedder, load_embedder
from index.errors import BuildError
from index.glossary import load_glossary
from index.opened import Index
from index.storage.builds import Build, current_build, previous_build, roll_back
from index.storage.lock import writing
from index.sync import Progress, SyncReport, sync
from index.syncing.scan import check_folder
from index.terms import TermReader


def open_reader(settings: Settings) -> TermReader:
    """Returns the reader of terms, which loads its dictionary in the background."""
    reader = TermReader(load_glossary(settings.glossary_file()))
    reader.preload()
    return reader


def open_embedder(settings: Settings, progress: Progress, name: str | None = None) -> Embedder:
    """Loads an embedding model: the one named, that of the settings, or the one that made the index.

    Raises:
        EmbedderError: It can't be loaded.
    """
    made = answering_build(settings)
    return load_embedder(
        name or settings.embedder or (made.embedder if made else DEFAULT_EMBEDDER),
        cache_dir=settings.cache_folder(),
        progress=lambda done, total: progress("model", done, total),
        threads=settings.threads,
    )


def open_index(settings: Settings, embedder: Embedder, reader: TermReader) -> Index:
    """Opens the index as it is."""
    return Index(settings.data_folder(), embedder, reader, settings.chroma_url)


def bring_up_to_date(
    settings: Settings,
    embedder: Embedder,
    reader: TermReader,
    progress: Progress,
    *,
    switch: bool = False,
    wait: float = 0.0,
) -> SyncReport:
    """Syncs the index of these settings; see `index.sync.sync`."""
    folder, data = settings.notes_folder(), settings.data_folder()
    server = settings.chroma_url
    return sync(folder, data, embedder, reader, progress, switch=switch, wait=wait, server=server)


def index_notes(
    settings: Settings, progress: Progress, *, switch: bool = False, wait: float = 0.0
) -> SyncReport:
    """Brings the index up to date without opening it for questions.

    Args:
        settings: Which notes, and where their index lies.
        progress: Told of every stage.
        switch: Change over to the embedding model of the settings if another one made the index.
        wait: Seconds to wait for another process that is writing.

    Raises:
        MutgoIndexError: The folder is missing, the model can't be loaded or did not make the index,
            another process writes the index, or the catalog can't be written.
    """
    check_folder(settings.notes_folder())
    reader, embedder = open_reader(settings), open_embedder(settings, progress)
    return bring_up_to_date(settings, embedder, reader, progress, switch=switch, wait=wait)


def return_to_previous(settings: Settings, progress: Progress, *, wait: float = 0.0) -> SyncReport:
    """Lets the index made with the previous embedding model answer again, and brings it up to date.

    The model is loaded first: an index that cannot be asked must not become the current one.

    Raises:
        BuildError: There is no earlier index.
        MutgoIndexError: As `index_notes`.
    """
    check_folder(settings.notes_folder())
    data = settings.data_folder()
    reader, previous = open_reader(settings), previous_build(data)
    embedder = open_embedder(settings, progress, previous.embedder) if previous else None
    with writing(data, wait, lambda done, most: progress("wait", int(done), int(most))):
        build = roll_back(data)
    if embedder is None or embedder.name != build.embedder:  # another process went back meanwhile
        embedder = open_embedder(settings, progress, build.embedder)
    return bring_up_to_date(settings, embedder, reader, progress, wait=wait)


def answering_build(settings: Settings) -> Build | None:
    """Returns the build that answers; None where there is none, or where the next sync must say which."""
    try:
        return current_build(settings.data_folder())
    except BuildError:
        return None
