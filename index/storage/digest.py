"""One number for all an index says, to compare what a sync made with what a clean build would."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index.catalog import Catalog, open_catalog
from index.errors import CatalogError
from index.ranking.postings import ENTRY
from index.storage.builds import catalog_file, current_build
from index.syncing.entries import content_key


def index_digest(data: Path) -> str:
    """Returns a digest of the current build: notes, chunks, terms, names, notices.

    What depends on the way the index came about is left out: row ids, the files' times, vectors no
    chunk uses, and the file name a vector was made under (a renamed note keeps its vectors). That each
    chunk has a vector, and that Chroma finds it, is for the caller to check as well.

    Raises:
        CatalogError: There is no index, a chunk has no vector, or the catalog is damaged.
    """
    build = current_build(data)
    if build is None:
        raise CatalogError(f"Nothing was indexed in {str(data)!r} yet. Run `mutgo index`.")
    digest = hashlib.sha256(f"{build.fingerprint} {build.schema}\n".encode())
    with open_catalog(catalog_file(build), create=False) as catalog, catalog.reading():
        for line in _lines(catalog):
            digest.update(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()


def _lines(catalog: Catalog) -> Iterator[object]:
    rows = catalog.notes()
    for row in rows:
        yield [row.path, row.disk_path, row.title, row.sha256, row.size, row.companion_of, row.tags]
        yield catalog.text(row.path)
    terms = dict(catalog.terms_by_id(0))
    for row in rows:
        yield from _chunk_lines(catalog, row.path, terms)
    # Names of one place and source are told in any order.
    yield sorted(json.dumps([getattr(name, slot) for slot in name.__slots__]) for name in catalog.names())
    yield sorted(
        [notice.path, notice.problem.kind, *notice.problem.about, notice.done] for notice in catalog.notices()
    )


def _chunk_lines(catalog: Catalog, path: str, terms: dict[int, str]) -> Iterator[object]:
    chunks = catalog.chunks_of([path])
    catalog.embeddings([row.embedding for row in chunks])  # raises if one is missing
    blobs = catalog.term_blobs([row.rowid for row in chunks])
    for row in chunks:
        chunk = row.chunk
        yield [chunk.id, chunk.section, chunk.headings, chunk.title, chunk.body, chunk.blocks, chunk.spans]
        yield [row.twin, content_key(chunk)]
        entries = np.frombuffer(blobs[row.rowid], ENTRY)
        yield sorted([terms[int(e["term"])], *(int(e[f]) for f in e.dtype.names[1:])] for e in entries)
