"""What is wrong with a vault or its index, each with its remedy."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.catalog import Catalog, Notice, open_catalog
from index.companions import companion_path, misalignment
from index.errors import CatalogError, GlossaryError, UnreadableNoteError
from index.glossary import Entry, load_glossary
from index.notes import Note, note_path, read_note
from index.sync import CATALOG_FILE, note_files
from index.text import squeeze
from index.vectors import Vectors, vectors_folder

_AGAIN = "run `mutgo index`, or `mutgo doctor --fix`"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: where, what, and how to mend it; `fixable` if `doctor --fix` does it."""

    where: str
    what: str
    remedy: str
    fixable: bool = False


def examine(
    folder: Path, data: Path, glossary_file: Path, fingerprint: str, told: Callable[[int, int], None]
) -> list[Finding]:
    """Examines notes, companions, glossary and index; changes nothing.

    Args:
        folder: The notes.
        data: Where the index lives.
        glossary_file: The glossary in force.
        fingerprint: The embedding model's identity.
        told: Told how many notes were read, of how many.
    """
    notes, findings = _read_all(folder, told)
    findings += _companions(notes)
    findings += _glossary(notes, glossary_file, own=glossary_file.parent == folder)
    findings += _index(notes, data, fingerprint)
    return findings


def _read_all(folder: Path, told: Callable[[int, int], None]) -> tuple[dict[str, Note], list[Finding]]:
    notices: list[Notice] = []
    files = list(note_files(folder, notices))
    notes: dict[str, Note] = {}
    findings: list[Finding] = []
    for done, file in enumerate(files):
        told(done, len(files))
        try:
            note = read_note(file, folder)
        except UnreadableNoteError as error:
            findings.append(Finding(note_path(file, folder), str(error), "mend the file"))
            continue
        notes[note.path] = note
        findings += [Finding(note.path, warning, "mend the file") for warning in note.warnings]
    told(len(files), len(files))
    skipped = [Finding(n.path, n.what, "move, rename or open the file for reading") for n in notices]
    return notes, [*skipped, *findings]


def _companions(notes: dict[str, Note]) -> Iterator[Finding]:
    for path, note in notes.items():
        companion = notes.get(companion_path(path))
        if companion is None or (difference := misalignment(note, companion)) is None:
            continue
        yield Finding(
            companion.path,
            f"line {difference.companion_line} is not parallel to line {difference.note_line} of "
            f"{path}: {difference.reason}",
            "give both the same headings, items and rows in the same order",
        )


def _glossary(notes: dict[str, Note], file: Path, *, own: bool) -> Iterator[Finding]:
    try:
        entries = load_glossary(file)
    except GlossaryError as error:
        yield Finding(file.name, str(error), "mend the glossary")
        return
    if own:
        yield from _absent_names(notes, entries, file)


def _absent_names(notes: dict[str, Note], entries: tuple[Entry, ...], file: Path) -> Iterator[Finding]:
    """Names of a vault's own glossary that none of its notes uses."""
    text = "\n".join(squeeze(note.text) for note in notes.values())
    for entry in entries:
        for name in (entry.en, *entry.ko, *entry.abbr):
            if squeeze(name) not in text:
                yield Finding(
                    file.name,
                    f"the name {name!r} of {entry.id!r} occurs in no note",
                    "use it in a note, or move it to the misspellings",
                )


def _index(notes: dict[str, Note], data: Path, fingerprint: str) -> Iterator[Finding]:
    if not (data / CATALOG_FILE).exists():
        yield Finding("index", "there is no index yet", _AGAIN, fixable=True)
        return
    try:
        with open_catalog(data / CATALOG_FILE) as catalog:
            yield from list(_catalog(notes, catalog, data, fingerprint))
    except CatalogError as error:
        yield Finding("index", str(error), "run `mutgo doctor --fix`", fixable=True)


def _catalog(notes: dict[str, Note], catalog: Catalog, data: Path, fingerprint: str) -> Iterator[Finding]:
    rows = {row.path: row.sha256 for row in catalog.notes()}
    stale = [p for p, note in notes.items() if rows.get(p) != note.sha256]
    stale += [p for p in rows if p not in notes]
    for path in sorted(stale)[:20]:
        yield Finding(path, "it has changed since it was indexed", _AGAIN, fixable=True)
    yield from _vectors(catalog, data, fingerprint)


def _vectors(catalog: Catalog, data: Path, fingerprint: str) -> Iterator[Finding]:
    remedy = "run `mutgo doctor --fix`: they are made again from the catalog"
    if fingerprint not in (catalog.meta("stamp") or ""):
        yield Finding("index", "it was made with another embedding model", "run `mutgo index`", fixable=True)
        return
    try:
        vectors = Vectors(vectors_folder(data, catalog), fingerprint)
        try:
            present = vectors.ids()
        finally:
            vectors.close()
    except Exception as error:  # Chroma's Rust core raises errors of any class
        yield Finding("vectors", f"they can't be opened ({error})", remedy, fixable=True)
        return
    wanted = catalog.chunk_ids().keys()
    if present != wanted:
        what = f"{len(wanted - present)} are missing, {len(present - wanted)} are left over"
        yield Finding("vectors", what, remedy, fixable=True)
