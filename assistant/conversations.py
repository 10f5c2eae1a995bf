"""Conversations, kept in one SQLite file beside the index: begun, listed, searched, renamed, deleted, loaded.

    keeping/database.py     the file: schema, transactions, damage
    keeping/writers.py      whether the process that was answering still lives
    keeping/records.py      what is kept
    keeping/recording.py    an answer kept while it grows
    keeping/markdown.py     a conversation as a note

A turn knows the turn before it, so that a question asked again or differently starts a branch and nothing
that was said is lost. Several processes may write at once.
"""

import secrets
import time
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Self

from assistant.answers import Answer
from assistant.errors import ConversationsError
from assistant.keeping.database import Connection, Database
from assistant.keeping.records import (
    Asked,
    Conversation,
    KeptTurn,
    Listed,
    TurnState,
    answer_json,
    read_answer,
    read_scope,
    scope_json,
)
from assistant.keeping.tree import branches, end_of_branch, way_to
from assistant.keeping.writers import Writers

__all__ = ["Asked", "Conversation", "Conversations", "KeptTurn", "Listed"]

UNDO_SECONDS = 30 * 24 * 3600
"""A deleted conversation can be brought back for so long; then it goes for good."""

TITLE_LIMIT = 120
_SEARCH_LIMIT = 200
_AROUND = 40
"""Characters shown either side of what was found."""


_FIRST_QUESTION = (
    "WITH RECURSIVE shown(question, parent) AS (SELECT question, parent FROM turns WHERE id=c.tip"
    " UNION ALL SELECT t.question, t.parent FROM turns t JOIN shown ON t.id=shown.parent)"
    " SELECT question FROM shown WHERE parent IS NULL"
)
"""The first question of the branch that a conversation was last seen by."""


class Conversations:
    """The conversations in a folder. Safe to share between threads, and beside other processes'."""

    def __init__(self, folder: Path, vault: Path | None = None, now: Callable[[], float] = time.time) -> None:
        """Takes the folder; nothing is opened or made before it is used.

        Args:
            folder: Where they are kept; never in the index's folder, which may be deleted.
            vault: The notes that conversations begun here are about.
            now: The time, seconds since 1970.
        """
        self._database = Database(folder)
        self._writers = Writers(folder)
        self._vault = str(vault or "")
        self._now = now
        self._making = set[int]()
        self._guard = Lock()

    @property
    def file(self) -> Path:
        """The file they are kept in."""
        return self._database.file

    @property
    def damaged(self) -> Path | None:
        """Where a damaged file was set aside, if one was."""
        return self._database.damaged

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._database.close()
        self._writers.close()

    # ---- a turn ----------------------------------------------------------------------------------

    def append(
        self,
        conversation: str,
        asked: Asked,
        *,
        after: int | None = None,
        instead_of: int | None = None,
    ) -> tuple[str, int]:
        """Keeps a question that is being answered, and returns its conversation and its turn.

        Where another page has gone on after the turn it follows, it goes to the end of that branch. Asked
        in a conversation that was deleted it brings that back; in one that is not known it begins a new one.

        Args:
            conversation: The conversation; empty for a new one.
            asked: The question.
            after: The turn it follows; by default the last of the branch shown last.
            instead_of: The turn in whose place it stands, in a branch of its own; wins over `after`.

        Raises:
            ConversationsError: It can't be kept.
        """
        writer = self._me()
        with self._database.writing() as db:
            now = self._now()
            found = db.execute("SELECT tip FROM conversations WHERE id=?", (conversation,)).fetchone()
            if found is None:
                _purge(db, now)
                conversation = secrets.token_hex(8)
                db.execute(
                    "INSERT INTO conversations VALUES (?,'',?,?,NULL,?,NULL)",
                    (conversation, now, now, _storable(self._vault)),
                )
            parent = _parent(_parents(db, conversation), found[0] if found else None, after, instead_of)
            position = 0
            if parent is not None:
                position = 1 + int(
                    db.execute("SELECT position FROM turns WHERE id=?", (parent,)).fetchone()[0]
                )
            question = _clean(asked.question)
            cursor = db.execute(
                "INSERT INTO turns (conversation, parent, position, question, answer, said, language, scope,"
                " state, writer, asked) VALUES (?,?,?,?,'',?,?,?,'answering',?,?)",
                (conversation, parent, position, question, question, asked.language, scope_json(asked.scope), writer, now),
            )  # fmt: skip
            turn = int(cursor.lastrowid or 0)
            db.execute(
                "UPDATE conversations SET tip=?, changed=?, deleted_at=NULL WHERE id=?",
                (turn, now, conversation),
            )
            with self._guard:
                self._making.add(turn)
        return conversation, turn

    def update(self, turn: int, answer: Answer | None, state: TurnState) -> bool:
        """Keeps how far the answer of a turn has come; says whether there is such a turn.

        Raises:
            ConversationsError: It can't be kept.
        """
        with self._database.writing() as db:
            said = "" if answer is None else f"\n{answer.text}"
            cursor = db.execute(
                "UPDATE turns SET answer=?, said=question || ?, state=? WHERE id=?",
                (_storable(answer_json(answer)), _clean(said), state, turn),
            )
            if state != "answering":
                db.execute(
                    "UPDATE conversations SET changed=? WHERE id=(SELECT conversation FROM turns WHERE id=?)",
                    (self._now(), turn),
                )
        if state != "answering":
            with self._guard:
                self._making.discard(turn)
        return cursor.rowcount > 0

    # ---- a conversation --------------------------------------------------------------------------

    def load(self, conversation: str, turn: int | None = None) -> Conversation | None:
        """Returns a conversation by the branch that was shown last, or the one that a turn ends.

        A turn whose process died while it answered is `broken` from now on.

        Returns:
            The conversation; None if there is none of this id, or it was deleted.

        Raises:
            ConversationsError: The file can't be read.
        """
        with self._database.reading() as db:
            row = db.execute(
                "SELECT title, created, changed, tip FROM conversations WHERE id=? AND deleted_at IS NULL",
                (conversation,),
            ).fetchone()
            if row is None:
                return None
            parents = _parents(db, conversation)
            way = way_to(parents, turn if turn in parents else row[3])
            turns = tuple(self._turn(db, one, branches(parents, one)) for one in way)
        title = row[0] or _title(turns[0].asked.question if turns else "")
        return Conversation(conversation, title, row[1], row[2], turns)

    def show(self, conversation: str, turn: int) -> Conversation | None:
        """Returns a conversation by the branch that a turn is in, which is the one shown from now on.

        Raises:
            ConversationsError: The file can't be written.
        """
        with self._database.writing() as db:
            parents = _parents(db, conversation)
            if turn in parents:
                tip = end_of_branch(parents, turn)
                db.execute("UPDATE conversations SET tip=? WHERE id=?", (tip, conversation))
        return self.load(conversation)

    def rename(self, conversation: str, title: str) -> None:
        """Gives a conversation another title; an empty one gives it its first question's back.

        Raises:
            ConversationsError: It can't be kept.
        """
        with self._database.writing() as db:
            db.execute("UPDATE conversations SET title=? WHERE id=?", (_title(title), conversation))

    def delete(self, conversation: str) -> None:
        """Deletes a conversation; for 30 days `restore` brings it back.

        Raises:
            ConversationsError: The file can't be written.
        """
        with self._database.writing() as db:
            now = self._now()
            db.execute(
                "UPDATE conversations SET deleted_at=? WHERE id=? AND deleted_at IS NULL", (now, conversation)
            )
            _purge(db, now)

    def restore(self, conversation: str) -> None:
        """Brings a deleted conversation back.

        Raises:
            ConversationsError: The file can't be written.
        """
        with self._database.writing() as db:
            db.execute("UPDATE conversations SET deleted_at=NULL WHERE id=?", (conversation,))

    # ---- all of them -----------------------------------------------------------------------------

    def listed(self, search: str = "") -> list[Listed]:
        """Returns the conversations, the one that was last talked in first.

        Args:
            search: Only those that hold every one of these words, in the title or in what was said;
                parts of words count: `요금` finds `요금제`.

        Raises:
            ConversationsError: The file can't be read.
        """
        words = _clean(search)[:_SEARCH_LIMIT].split()
        holds = (
            " AND (c.title LIKE ? ESCAPE '\\' OR EXISTS"
            " (SELECT 1 FROM turns WHERE conversation=c.id AND said LIKE ? ESCAPE '\\'))"
        )
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT c.id, c.title, c.created, c.changed, c.tip, c.vault,"
                " (SELECT count(*) FROM turns WHERE conversation=c.id),"
                f" ({_FIRST_QUESTION})"
                f" FROM conversations c WHERE deleted_at IS NULL{holds * len(words)}"
                " ORDER BY changed DESC, rowid DESC",
                [pattern for word in words for pattern in (_pattern(word),) * 2],
            ).fetchall()
            return [
                Listed(id_, title or _title(first or ""), created, changed, turns, tip or 0, vault, found)
                for id_, title, created, changed, tip, vault, turns, first in rows
                for found in [_found(db, id_, words)]
            ]

    def _turn(self, db: Connection, turn: int, others: Sequence[int]) -> KeptTurn:
        question, answer, language, scope, state, writer, asked = db.execute(
            "SELECT question, answer, language, scope, state, writer, asked FROM turns WHERE id=?", (turn,)
        ).fetchone()
        read = read_answer(answer)
        if (state == "answering" and not self._is_answering(turn, writer)) or (answer and read is None):
            state = "broken"
        return KeptTurn(turn, Asked(question, language, read_scope(scope)), read, state, asked, tuple(others))

    def _is_answering(self, turn: int, writer: str) -> bool:
        with self._guard:
            return turn in self._making or self._writers.live_elsewhere(writer)

    def _me(self) -> str:
        try:
            return self._writers.me()
        except OSError as error:
            raise ConversationsError(
                f"Conversations can't be kept in {str(self.file.parent)!r}: {error}. "
                "Make room there, or let mutgo write to it."
            ) from error


def _purge(db: Connection, now: float) -> None:
    db.execute("DELETE FROM conversations WHERE deleted_at < ?", (now - UNDO_SECONDS,))


def _parents(db: Connection, conversation: str) -> dict[int, int | None]:
    """Each turn of a conversation with the one before it, oldest first."""
    rows = db.execute("SELECT id, parent FROM turns WHERE conversation=? ORDER BY id", (conversation,))
    return dict(rows.fetchall())


def _parent(
    parents: dict[int, int | None], tip: int | None, after: int | None, instead_of: int | None
) -> int | None:
    """The turn that a new one follows."""
    if instead_of in parents:
        return parents[instead_of]
    last = after if after in parents else tip
    return end_of_branch(parents, last) if last in parents else None


def _found(db: Connection, conversation: str, words: Sequence[str]) -> str:
    """Text around the first of the words in a conversation's turns, on one line."""
    for word in words:
        row = db.execute(
            "SELECT said FROM turns WHERE conversation=? AND said LIKE ? ESCAPE '\\' ORDER BY id LIMIT 1",
            (conversation, _pattern(word)),
        ).fetchone()
        if row:
            said = " ".join(str(row[0]).split())
            at = max(said.lower().find(word.lower()), 0)
            begin, end = max(at - _AROUND, 0), at + len(word) + _AROUND
            return ("…" if begin else "") + said[begin:end] + ("…" if end < len(said) else "")
    return ""


def _pattern(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _title(text: str) -> str:
    line = " ".join(_clean(text).split())
    return line if len(line) <= TITLE_LIMIT else line[: TITLE_LIMIT - 1] + "…"


def _clean(text: str) -> str:
    """A text as it is searched: however it was typed, it is found."""
    return _storable(unicodedata.normalize("NFC", text))


def _storable(text: str) -> str:
    """A text that SQLite takes: without lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")
