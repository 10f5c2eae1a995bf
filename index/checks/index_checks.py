"""Whether an index says what the notes say, is whole in itself, and is found by Chroma."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from index.catalog import Catalog, open_catalog
from index.checks.findings import Finding
from index.chroma.health import examine_vectors
from index.embed import Embedder
from index.errors import BuildError, CatalogError, IndexBusyError
from index.problems import Problem
from index.storage.builds import Build, all_builds, catalog_file, current_build, previous_build
from index.storage.lock import writing

_SHOWN = 20


def examine_index(
    digests: Mapping[str, str], data: Path, embedder: Embedder, server: str | None
) -> Iterator[Finding]:
    """Yields what is wrong with an index; changes nothing.

    Args:
        digests: The sha256 of every note that can be read, by path.
        data: Where the index lives.
        embedder: The embedding model that questions are asked with.
        server: URL of the Chroma server that has the vectors, if one has.
    """
    try:
        build = current_build(data)
        if build is None:
            yield Finding("index", "index", Problem("no_index"), fixable=True)
        else:
            with open_catalog(catalog_file(build), create=False) as catalog:
                catalog.check()
                yield from list(_stale(digests, catalog))
                faults = list(_faults(catalog, build))
                yield from faults
                yield from list(_model(build, embedder))
                # Chroma is compared with the catalog, which must be whole for that.
                what = "" if faults else examine_vectors(build.folder, catalog, build.fingerprint, server)
                if what:
                    yield Finding("vectors", "vectors", Problem("vectors_wrong", (what,)), fixable=True)
        yield from _leftovers(data)
    except (BuildError, CatalogError) as error:
        yield Finding("index", "index", Problem("damaged", (str(error),)), fixable=True)


def _stale(digests: Mapping[str, str], catalog: Catalog) -> Iterator[Finding]:
    rows = {row.path: row.sha256 for row in catalog.notes()}
    stale = {path: Problem("stale_added") for path in digests if path not in rows}
    stale |= {path: Problem("stale_removed") for path in rows if path not in digests}
    changed = [path for path, digest in digests.items() if rows.get(path, digest) != digest]
    stale |= dict.fromkeys(changed, Problem("stale_changed"))
    for path in sorted(stale)[:_SHOWN]:
        yield Finding("stale", path, stale[path], fixable=True)
    if len(stale) > _SHOWN:
        more = Problem("stale_more", (str(len(stale) - _SHOWN),))
        yield Finding("stale", "index", more, fixable=True)


def _faults(catalog: Catalog, build: Build) -> Iterator[Finding]:
    """What no sync of ours leaves behind."""
    if orphans := catalog.orphans():
        yield Finding("index", "index", Problem("orphans", (str(orphans),)), fixable=True)
    if missing := catalog.missing_embeddings(catalog.chunk_ids().values()):
        problem = Problem("no_vectors", (str(len(missing)), build.name))
        yield Finding("index", "index", problem, fixable=True)


def _model(build: Build, embedder: Embedder) -> Iterator[Finding]:
    if build.embedder != embedder.name:
        yield Finding("model", "index", Problem("other_model", (build.embedder, embedder.name)))
    elif build.fingerprint != embedder.fingerprint:
        yield Finding("model", "index", Problem("other_version", (build.embedder,)), fixable=True)


def _leftovers(data: Path) -> Iterator[Finding]:
    kept = {build.name for build in (current_build(data), previous_build(data)) if build}
    unused = [build for build in all_builds(data) if build.name not in kept]
    if unused and not _is_being_written(data):
        for build in unused:
            problem = Problem("leftover_build", (build.embedder,))
            yield Finding("leftover", f"builds/{build.name}", problem, fixable=True)
    for path in sorted(data.glob("damaged-*")):
        yield Finding("leftover", path.name, Problem("leftover_damaged"), remark=True)


def _is_being_written(data: Path) -> bool:
    """Says whether somebody may be making a build just now."""
    try:
        with writing(data, 0.0, lambda waited, most: None):
            return False
    except IndexBusyError:
        return True
    except CatalogError:  # the folder can't be written; so nobody does
        return False
