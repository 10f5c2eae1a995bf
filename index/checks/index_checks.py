"""Whether an index says what the notes say, is whole in itself, and is found by Chroma."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from index.catalog import Catalog, open_catalog
from index.checks.findings import Finding
from index.chroma.health import examine_vectors
from index.embed import Embedder
from index.errors import BuildError, CatalogError, IndexBusyError
from index.storage.builds import Build, all_builds, catalog_file, current_build, previous_build
from index.storage.lock import writing

_AGAIN = "run `mutgo index`, or `mutgo doctor --fix`"
_FIX = "run `mutgo doctor --fix`"
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
            yield Finding("index", "index", "there is no index yet", _AGAIN, fixable=True)
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
                    yield _vectors(what, server)
        yield from _leftovers(data)
    except (BuildError, CatalogError) as error:
        yield Finding("index", "index", str(error), _FIX, fixable=True)


def _stale(digests: Mapping[str, str], catalog: Catalog) -> Iterator[Finding]:
    rows = {row.path: row.sha256 for row in catalog.notes()}
    stale = {path: "it was added since it was indexed" for path in digests if path not in rows}
    stale |= {path: "it was removed since it was indexed" for path in rows if path not in digests}
    stale |= {
        path: "it has changed since it was indexed"
        for path, digest in digests.items()
        if rows.get(path, digest) != digest
    }
    for path in sorted(stale)[:_SHOWN]:
        yield Finding("stale", path, stale[path], _AGAIN, fixable=True)
    if len(stale) > _SHOWN:
        yield Finding("stale", "index", f"{len(stale) - _SHOWN} more notes differ", _AGAIN, fixable=True)


def _faults(catalog: Catalog, build: Build) -> Iterator[Finding]:
    """What no sync of ours leaves behind."""
    if orphans := catalog.orphans():
        yield Finding("index", "index", f"{orphans} rows belong to no note", _FIX, fixable=True)
    if missing := catalog.missing_embeddings(catalog.chunk_ids().values()):
        what = f"{len(missing)} passages have no vector in the catalog of build {build.name}"
        yield Finding("index", "index", what, f"{_FIX}: they are embedded again", fixable=True)


def _model(build: Build, embedder: Embedder) -> Iterator[Finding]:
    if build.embedder != embedder.name:
        yield Finding(
            "model",
            "index",
            f"it was made with the embedding model {build.embedder!r}, not with {embedder.name!r}",
            f"leave out --embedder and MUTGO_EMBEDDER, or run `mutgo index --embedder {embedder.name}`",
        )
    elif build.fingerprint != embedder.fingerprint:
        what = f"it was made with another version of the embedding model {build.embedder!r}"
        yield Finding("model", "index", what, _AGAIN, fixable=True)


def _vectors(what: str, server: str | None) -> Finding:
    if server is not None:
        remedy = "start the Chroma server, or mend MUTGO_CHROMA_URL; then run `mutgo doctor --fix`"
    else:
        remedy = f"{_FIX}: they are made again from the catalog"
    return Finding("vectors", "vectors", what, remedy, fixable=True)


def _leftovers(data: Path) -> Iterator[Finding]:
    kept = {build.name for build in (current_build(data), previous_build(data)) if build}
    unused = [build for build in all_builds(data) if build.name not in kept]
    if unused and not _is_being_written(data):
        for build in unused:
            what = f"the build for {build.embedder!r} was never finished, or is not used any more"
            yield Finding("leftover", f"builds/{build.name}", what, _AGAIN, fixable=True)
    for path in sorted(data.glob("damaged-*")):
        what = "a damaged part of the index was set aside here"
        yield Finding("leftover", path.name, what, "delete it if you don't want to look at it", remark=True)


def _is_being_written(data: Path) -> bool:
    """Says whether somebody may be making a build just now."""
    try:
        with writing(data, 0.0, lambda waited, most: None):
            return False
    except IndexBusyError:
        return True
    except CatalogError:  # the folder can't be written; so nobody does
        return False
