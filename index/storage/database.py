"""The catalog's file: opened, prepared, written in transactions, read as of one moment."""

import os
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from index.errors import CatalogError, DamagedCatalogError, NewerIndexError

_Value = TypeVar("_Value")

SCHEMA_VERSION = 5
_BUSY_MS = 10_000
_BATCH = 500


class Database:
    """An open file. One thread at a time may use it; every thread opens its own."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Opens the file.

        Args:
            path: The file.
            create: Whether to make it if it is missing.

        Raises:
            CatalogError: The file is missing, damaged, of another schema, or can't be written.
        """
        self.path = path
        if not create and not path.exists():
            raise CatalogError(f"There is no catalog {str(path)!r} yet. Run `mutgo index`.")
        try:
            self.db = _connect(path, writable=create or os.access(path.parent, os.W_OK))
            try:
                self._prepare()
            except Exception:
                self.db.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise _failure(path, "opened", error) from error

    def _prepare(self) -> None:
        self.db.execute("PRAGMA journal_mode=WAL")  # changes nothing where nothing can be written
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("PRAGMA foreign_keys=ON")
        found = int(self.db.execute("PRAGMA user_version").fetchone()[0])
        if found > SCHEMA_VERSION:
            raise NewerIndexError(
                f"The catalog {str(self.path)!r} was made by a newer mutgo (schema {found}, this one reads "
                f"{SCHEMA_VERSION}). Upgrade mutgo, or name another folder with --data."
            )
        if 0 < found < SCHEMA_VERSION:
            raise CatalogError(
                f"The catalog {str(self.path)!r} has the older schema {found}. Run `mutgo index`: a new one "
                "is made beside it."
            )
        if not found:
            script = files("index").joinpath("schema.sql").read_text("utf-8")
            # One transaction: a process killed here leaves an empty file, not half a schema.
            self.db.executescript(f"BEGIN IMMEDIATE;{script}PRAGMA user_version={SCHEMA_VERSION};COMMIT;")

    def check(self) -> None:
        """Raises CatalogError unless SQLite finds the whole file sound."""
        verdict = str(self.db.execute("PRAGMA quick_check").fetchone()[0])
        if verdict != "ok":
            raise DamagedCatalogError(
                f"The catalog {str(self.path)!r} is damaged: {verdict}. Run `mutgo doctor --fix`."
            )

    def close(self) -> None:
        """Closes the file."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All that is written inside becomes visible at once, or not at all.

        Raises:
            CatalogError: SQLite could not write, for example because the disk is full.
        """
        try:
            with self.db:
                self.db.execute("BEGIN IMMEDIATE")
                yield
        except sqlite3.Error as error:
            raise _failure(self.path, "written", error) from error

    @contextmanager
    def reading(self) -> Generator[None]:
        """All that is read inside is of one moment, whatever another process writes meanwhile."""
        if self.db.in_transaction:
            yield
            return
        self.db.execute("BEGIN")
        try:
            yield
        finally:
            self.db.rollback()

    def meta(self, key: str) -> str | None:
        """Returns a stored setting of the index."""
        row = self.db.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Stores a setting of the index."""
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", (key, value))

    def lacks(self, what: str) -> CatalogError:
        """Returns the error that a vector is missing."""
        return CatalogError(
            f"The catalog {str(self.path)!r} lacks the vector of {what!r}. Run `mutgo doctor --fix`."
        )


@contextmanager
def naming_failures(path: Path) -> Generator[None]:
    """Whatever SQLite raises while a file is read becomes a CatalogError that names it."""
    try:
        yield
    except sqlite3.Error as error:
        raise _failure(path, "read", error) from error


def batches(values: Sequence[_Value]) -> Iterator[list[_Value]]:
    """Yields values in lists short enough to be one query's."""
    for first in range(0, len(values), _BATCH):
        yield list(values[first : first + _BATCH])


def rows_of_another(path: Path, query: str) -> Iterator[list[tuple[object, ...]]]:
    """Yields a query's rows, of another catalog, in batches; whatever goes wrong is the damage of that file.

    Raises:
        DamagedCatalogError: It can't be read, or is too old.
    """
    try:
        source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            cursor = source.execute(query)
            while rows := cursor.fetchmany(_BATCH):
                yield rows
        finally:
            source.close()
    except sqlite3.Error as error:
        raise DamagedCatalogError(f"The catalog {str(path)!r} can't be read: {error}.") from error


def _failure(path: Path, what: str, error: sqlite3.Error | OSError) -> CatalogError:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DamagedCatalogError(
            f"The catalog {str(path)!r} is damaged: {error}. Run `mutgo index`: it is set aside and made "
            "again from the notes."
        )
    return CatalogError(
        f"The catalog {str(path)!r} can't be {what}: {error}. The index is as it was before; free disk "
        "space, see that you may write there, and run `mutgo index` again."
    )


def _connect(path: Path, *, writable: bool) -> sqlite3.Connection:
    """Opens the file; where nothing can be written, as one that nobody changes either."""
    if writable:
        path.parent.mkdir(parents=True, exist_ok=True)
        return sqlite3.connect(path, timeout=_BUSY_MS / 1000, check_same_thread=False)
    # Without its log the file is whole, and SQLite need not be able to make one.
    whole = "" if Path(f"{path}-wal").exists() else "&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{whole}", uri=True, check_same_thread=False)
