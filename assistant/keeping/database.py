"""The file conversations are kept in: brought to the newest schema, written in short transactions.

A file that is damaged is set aside under another name and a new one begun. What fails is said as a
`ConversationsError`; the next use tries again, so that room on a full disk is enough to go on.
"""

import contextlib
import os
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock

from filelock import FileLock, Timeout

from assistant.errors import ConversationsError, NewerConversationsError

Connection = sqlite3.Connection

FILE_NAME = "conversations.db"
_BUSY_SECONDS = 5.0
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

STEPS = (
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,                -- what a reader calls it; empty: its first question
        created REAL NOT NULL,              -- seconds since 1970, as all times here
        changed REAL NOT NULL,              -- when something was last asked or answered
        deleted_at REAL,
        vault TEXT NOT NULL,                -- folder of the notes it was about when it began
        tip INTEGER                         -- the turn that the branch shown last ends on
    );
    CREATE INDEX conversations_by_change ON conversations(changed);
    CREATE TABLE turns (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
        parent INTEGER,                     -- the turn before it; none for a first one
        position INTEGER NOT NULL,          -- how many turns stand before it in its branch
        question TEXT NOT NULL,
        answer TEXT NOT NULL,               -- JSON, as far as it has come; empty before the first word
        said TEXT NOT NULL,                 -- question and answer as plain text, to be searched
        language TEXT NOT NULL,             -- that was asked for
        scope TEXT NOT NULL,                -- JSON
        state TEXT NOT NULL,                -- answering, whole, stopped, failed or broken
        writer TEXT NOT NULL,               -- the process that answers; see writers.py
        asked REAL NOT NULL
    );
    CREATE INDEX turns_by_conversation ON turns(conversation, parent);
    """,
)
"""What makes each schema of the one before; the first makes it of an empty file."""


class Database:
    """The file, opened when it is first used. Safe to share between threads."""

    def __init__(self, folder: Path, steps: Sequence[str] = STEPS) -> None:
        """Takes the folder the file lies in; it is made when something is written."""
        self.folder = folder
        self.file = folder / FILE_NAME
        self.damaged: Path | None = None
        """Where the last damaged file was set aside."""
        self._steps = steps
        self._guard = RLock()
        self._open: sqlite3.Connection | None = None
        self._inode = 0

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """Gives the file to be read.

        Raises:
            ConversationsError: It can't be.
        """
        with self._guard, self._naming_failures("read"):
            connection = self._connection()
            connection.execute("BEGIN")  # all that is read is of one moment
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """Gives the file to be written: all of it is kept at once, or nothing.

        Raises:
            ConversationsError: It can't be.
        """
        with self._guard, self._naming_failures("written"):
            connection = self._connection()
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection

    def close(self) -> None:
        """Closes the file."""
        with self._guard:
            if self._open is not None:
                self._open.close()
            self._open = None

    def _connection(self) -> sqlite3.Connection:
        """The open file; opened anew where another has taken its place."""
        if self._open is not None and self._inode != _inode(self.file):
            self.close()
        if self._open is None:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # One process at a time, or a second would set aside the new file of the first.
            with FileLock(self.folder / "open.lock", timeout=_BUSY_SECONDS):
                self._open = self._sound()
            self._inode = _inode(self.file)
        return self._open

    def _sound(self) -> sqlite3.Connection:
        try:
            return _prepared(self.file, self._steps)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
        self.damaged = _set_aside(self.file)
        return _prepared(self.file, self._steps)

    @contextmanager
    def _naming_failures(self, what: str) -> Generator[None]:
        try:
            yield
        except (OSError, sqlite3.Error, Timeout) as error:
            if isinstance(error, sqlite3.Error) and _is_damage(error):
                self.close()  # the next use finds the damage and sets the file aside
            raise ConversationsError(
                f"Conversations can't be {what} in {str(self.folder)!r}: {error}. "
                "Make room there, or let mutgo write to it."
            ) from error


def _prepared(file: Path, steps: Sequence[str]) -> sqlite3.Connection:
    """Opens a file, checks it, and brings it to the newest schema."""
    # Only the owner may read it: it holds questions.
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(file, timeout=_BUSY_SECONDS, check_same_thread=False)
    try:
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            damage = sqlite3.DatabaseError(str(verdict))
            damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise damage
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        _migrate(connection, file, steps)
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection, file: Path, steps: Sequence[str]) -> None:
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > len(steps):
        raise NewerConversationsError(
            f"The conversations in {str(file)!r} were kept by a newer mutgo (schema {found}, this one knows "
            f"{len(steps)}). Upgrade mutgo; until then nothing is kept there."
        )
    for version, step in enumerate(steps[found:], found + 1):
        # One transaction: a process killed here leaves the schema before, whole.
        connection.executescript(f"BEGIN IMMEDIATE;{step};PRAGMA user_version={version};COMMIT;")


def _set_aside(file: Path) -> Path:
    """Gives a damaged file another name, with what belongs to it, and returns that."""
    aside = file.with_name(f"{file.stem}.damaged-{datetime.now():%Y%m%d-%H%M%S-%f}{file.suffix}")
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{file}{ending}").rename(f"{aside}{ending}")
    return aside


def _is_damage(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE


def _inode(file: Path) -> int:
    try:
        return file.stat().st_ino
    except OSError:
        return 0
