"""Makes a faulty catalog one that the next sync can bring in order."""

from pathlib import Path

from index.catalog import open_catalog
from index.errors import BuildError
from index.storage.build_choice import set_damaged_aside
from index.storage.builds import catalog_file, current_build
from index.storage.lock import Waiting, writing


def mend_catalog(data: Path, wait: float = 0.0, waiting: Waiting = lambda waited, most: None) -> None:
    """Sets a damaged catalog aside; rows of no note go, and what lacks a vector is read again.

    Args:
        data: Where the index lives.
        wait: Seconds to wait for another writer to finish.
        waiting: Told how long it has been waited.

    Raises:
        IndexBusyError: Another process is writing this index.
        CatalogError: The catalog can't be written.
    """
    set_damaged_aside(data, wait, waiting)
    try:
        build = current_build(data)
    except BuildError:
        return  # the sync sets it aside
    if build is None:
        return
    with (
        writing(data, wait, waiting),
        open_catalog(catalog_file(build), create=False) as catalog,
        catalog.transaction(),
    ):
        if catalog.orphans():
            catalog.drop_orphans()
        if catalog.missing_embeddings(catalog.chunk_ids().values()):
            catalog.set_meta("stamp", "")  # the sync reads all notes again, and embeds what is missing
