"""What commands and the page's export ask of the conversations that are kept."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answers import Language
from assistant.conversations import Conversations, Listed
from assistant.errors import UsageError
from assistant.keeping.links import FindNote
from assistant.keeping.markdown import as_markdown
from index.errors import UnreadableNoteError
from index.notes import Note, read_note

if TYPE_CHECKING:
    from assistant.settings import Settings

LAST = "last"


def known_conversations(settings: "Settings", search: str = "") -> list[Listed]:
    """Returns the conversations about a vault, the last one first; nothing is made where there are none.

    Raises:
        ConversationsError: They can't be read.
    """
    with Conversations(settings.conversations_folder()) as store:
        return store.listed(search) if store.file.exists() else []


def exported(settings: "Settings", named: str, language: Language) -> str:
    """Returns a conversation as Markdown.

    Args:
        settings: Where conversations and notes are.
        named: Its id, the beginning of its id, its title, or `last`.
        language: Of what mutgo says around the answers.

    Raises:
        UsageError: None is named so, or several are.
        ConversationsError: It can't be read.
    """
    found = _named(known_conversations(settings), named)
    with Conversations(settings.conversations_folder()) as store:
        conversation = store.load(found.id)
    if conversation is None:
        raise UsageError(
            f"The conversation {named!r} was deleted just now. `mutgo conversations` lists them."
        )
    return as_markdown(conversation, language, notes_in(settings.notes_folder()))


def notes_in(folder: Path) -> FindNote:
    """Returns what gives the notes of a vault by their paths, as they are on the disk now."""

    def find(path: str) -> Note | None:
        if ".." in path.split("/"):
            return None
        for spelled in (path, unicodedata.normalize("NFD", path)):
            try:
                return read_note(folder / spelled, folder)
            except (OSError, UnreadableNoteError):
                continue
        return None

    return find


def listed_json(found: Sequence[Listed]) -> dict[str, Any]:
    """Returns the stable fields of `mutgo conversations --json`."""
    return {
        "conversations": [
            {
                "id": one.id,
                "title": one.title,
                "created": _utc(one.created),
                "changed": _utc(one.changed),
                "turns": one.turns,
                "vault": one.vault,
                "found": one.found,
            }
            for one in found
        ]
    }


def show_listed(found: Sequence[Listed], language: Language) -> str:
    """Returns a line a conversation: its id, when it was last talked in, how many questions, its title."""
    if not found:
        return "대화가 없어요." if language == "ko" else "There are no conversations."
    lines = list[str]()
    for one in found:
        changed = datetime.fromtimestamp(one.changed).strftime("%Y-%m-%d %H:%M")
        count = f"질문 {one.turns}개" if language == "ko" else f"{one.turns} asked"
        lines.append(f"{one.id}  {changed}  {count:>8}  {one.title}")
        lines += [f"    {one.found}"] * bool(one.found)
    return "\n".join(lines)


def _named(known: Sequence[Listed], named: str) -> Listed:
    title = unicodedata.normalize("NFC", named).strip()
    if title == LAST and known:
        return known[0]
    found = [one for one in known if one.id == title] or [one for one in known if one.title == title]
    found = found or [one for one in known if title and one.id.startswith(title)]
    if not found:
        raise UsageError(f"There is no conversation {named!r}. `mutgo conversations` lists those there are.")
    if len(found) > 1:
        ids = ", ".join(one.id for one in found[:5])
        raise UsageError(f"{len(found)} conversations are called {named!r}. Name one by its id: {ids}.")
    return found[0]


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
