"""Which build a sync works on: the current one, one begun before, or a new one."""

from contextlib import suppress
from pathlib import Path

from index.catalog import SCHEMA_VERSION, Catalog, open_catalog
from index.embed import Embedder
from index.errors import BuildError, CatalogError, DamagedCatalogError
from index.problems import Problem
from index.storage import builds
from index.storage.builds import CATALOG_FILE, Build
from index.storage.lock import Waiting, writing
from index.storage.rows import Notice


def choose_build(data: Path, embedder: Embedder, *, switch: bool, notices: list[Notice]) -> Build:
    """Returns the build to bring up to date: the current one, one begun before, or a new one.

    Args:
        data: Where the index lives.
        embedder: The embedding model.
        switch: Whether it may be another one than that of the current build.
        notices: Is told of what was damaged.

    Raises:
        WrongModelError: The current build is of another model.
        NewerIndexError: A newer mutgo made it.
        BuildError: A new one can't be made.
    """
    try:
        current = builds.current_build(data)
    except BuildError as error:
        aside = builds.set_aside(data, builds.current_file(data))
        notices.append(Notice(aside.name, Problem("damaged", (str(error),)), "set_aside"))
        current = _newest_complete(data)
    if current is not None:
        builds.check_schema(current, SCHEMA_VERSION)
        if current.embedder != embedder.name and not switch:
            builds.check_build(current, embedder, SCHEMA_VERSION)
    wanted = (embedder.name, embedder.fingerprint, SCHEMA_VERSION)
    known = [current] if current else []
    for build in (*known, *reversed(builds.all_builds(data))):
        if (build.embedder, build.fingerprint, build.schema) == wanted:
            return build
    return builds.begin_build(data, embedder, SCHEMA_VERSION)


def _newest_complete(data: Path) -> Build | None:
    """Finds the build that answered last, where the file that named it is lost, and names it again."""
    for build in reversed(builds.all_builds(data)):
        file = builds.catalog_file(build)
        with suppress(CatalogError), open_catalog(file, create=False) as catalog:
            if catalog.meta("complete"):
                builds.make_current(data, build)
                return build
    return None


def take_vectors_over(data: Path, own: Build, catalog: Catalog, notices: list[Notice]) -> None:
    """Copies the vectors that another build has of the same model, one of an older schema say.

    Args:
        data: Where the index lives.
        own: The build that takes them.
        catalog: Its catalog.
        notices: Is told of an index that is too old to have any use.
    """
    for build in builds.all_builds(data):
        file = builds.catalog_file(build)
        if build.fingerprint == own.fingerprint and build != own and file.is_file():
            with suppress(DamagedCatalogError):
                catalog.take_embeddings(file)
    if builds.older_catalog(data) is not None:
        notices.append(Notice(CATALOG_FILE, Problem("older_index"), "made_anew"))


def set_damaged_aside(
    data: Path, wait: float = 0.0, waiting: Waiting = lambda waited, most: None
) -> Path | None:
    """Reads the whole current catalog; a damaged one is set aside, for the next sync to make anew.

    Args:
        data: Where the index lives.
        wait: Seconds to wait for another writer to finish.
        waiting: Told how long it has been waited.

    Returns:
        Where the damaged one lies now; None if there is none.

    Raises:
        IndexBusyError: Another process is writing this index.
    """
    with writing(data, wait, waiting):
        try:
            build = builds.current_build(data)
        except BuildError:
            return None  # the sync mends it
        if build is None:
            return None
        try:
            with open_catalog(builds.catalog_file(build)) as catalog:
                catalog.check()
        except DamagedCatalogError:
            return builds.set_aside(data, build.folder)
        return None
