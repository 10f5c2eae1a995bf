"""What may be called by name: three lookups for other programs, and what only the page's scripts call.

The lookups are documented at `/gradio_api/info`, and in `docs/api.md`.
"""

import logging
from collections.abc import Callable
from typing import Any

from gradio import Error
from gradio.events import api

from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.errors import ConversationsError, MutgoError
from assistant.lookups import answer_json, hits_json, note_json
from assistant.obsidian_app import ObsidianVault, obsidian_vault
from assistant.pictures import pictures_in
from assistant.settings import Settings
from assistant.turns import Turn
from assistant.ui.empty import status_html
from assistant.ui.history import list_html
from assistant.ui.history_texts import history_texts
from assistant.ui.security import is_loopback
from assistant.ui.sources import Place, source_html
from assistant.ui.talk import QUESTION_LIMIT, chosen_language
from assistant.ui.texts import texts

# Of an answer that cites more places, the first ones tell what it is about.
_PLACES = 12

log = logging.getLogger(__name__)


def name_lookups(assistant: Assistant, at_once: int) -> None:
    """Adds what other programs may call to the page being built; `at_once` of them are answered at a time."""

    def ask(
        question: str, language: str = "auto", folders: list[str] | None = None, tags: list[str] | None = None
    ) -> dict[str, Any]:
        """Answers a question from the notes; the fields are those of `mutgo ask --json`.

        Args:
            question: The question, in Korean or English.
            language: Language of the answer: `auto` (the question's), `ko`, `en` or `both`.
            folders: Only notes in any of these folders or their subfolders.
            tags: Only notes with any of these tags, or tags nested in them.
        """
        return _said(
            lambda: answer_json(assistant, question, chosen_language(language), folders or (), tags or ())
        )

    def search(
        question: str, limit: int = 10, folders: list[str] | None = None, tags: list[str] | None = None
    ) -> dict[str, Any]:
        """Finds the passages nearest to a question; the fields are those of `mutgo search --json`.

        Args:
            question: What to look for, in Korean or English.
            limit: Most passages, up to 50.
            folders: Only notes in any of these folders or their subfolders.
            tags: Only notes with any of these tags, or tags nested in them.
        """
        return _said(lambda: hits_json(assistant, question, limit, folders or (), tags or ()))

    def open_note(note: str, heading: str = "", line_start: int = 0, line_end: int = 0) -> dict[str, Any]:
        """Gives the text of a note, of one of its sections, or of some of its lines.

        Args:
            note: Its path as the others give it, or its name as in a wikilink.
            heading: Only the section of this heading.
            line_start: Only from this line on, counted from 1.
            line_end: Only up to this line.
        """
        return _said(lambda: note_json(assistant, note, heading, line_start, line_end))

    for endpoint in (ask, search, open_note):
        api(endpoint, api_name=endpoint.__name__, concurrency_limit=at_once, concurrency_id="lookups")


def name_page_endpoints(assistant: Assistant, settings: Settings) -> None:
    """Adds what the page's scripts ask of the notes and of an answer."""
    folder = settings.notes_folder()

    def source(
        note: str,
        start: int = 0,
        end: int = 0,
        quote: str = "",
        line: int = 0,
        heading: str = "",
        language: str = "ko",
    ) -> str:
        """A note as safe HTML, `text[start:end]` marked, or pointed at by line or heading."""
        place = Place(note, int(start), int(end), quote, int(line), heading)
        return source_html(assistant, place, texts(language), pictures_in(folder), vault_at_hand(settings))

    def status(seen: str = "") -> dict[str, str]:
        """The version of the index; if it is not the one seen, also the line that says what it holds."""
        found, model = assistant.status(), assistant.model_trouble()
        version = " ".join(filter(None, (found.version, found.trouble, model and model.kind)))
        if version == seen:
            return {"version": version, "html": ""}
        updated = bool(seen) and seen.split(" ")[0] != found.version
        return {"version": version, "html": status_html(found, model, updated=updated)}

    def suggestions(question: str, answer: str, places: list[list[Any]], language: str = "ko") -> list[str]:
        """Questions to go on with after an answer, which the notes answer; `places` are its `[note, start]`."""
        cited = [(str(note), int(start)) for note, start in places[:_PLACES]]
        turn = Turn(question[:QUESTION_LIMIT], answer)
        return assistant.suggestions(turn, cited, "en" if language == "en" else "ko")

    for endpoint in (status, source, suggestions):
        api(endpoint, api_name=endpoint.__name__, queue=False, api_visibility="undocumented")


def vault_at_hand(settings: Settings) -> ObsidianVault | None:
    """The Obsidian vault that whoever has the page open can open too: that of the same machine."""
    return obsidian_vault(settings.notes_folder()) if is_loopback(settings.host) else None


def name_history_endpoints(store: Conversations) -> None:
    """Adds the endpoints of the list of conversations."""

    def conversations(search: str = "", opened: str = "", language: str = "ko") -> str:
        """The list of conversations as safe HTML, the last one first; only those that hold every word."""
        return list_html(store, search, opened, history_texts(language))

    def rename_conversation(conversation: str, title: str) -> bool:
        """Gives a conversation another title; an empty one gives it its first question's back."""
        return _done(lambda: store.rename(conversation, title))

    def delete_conversation(conversation: str) -> bool:
        """Deletes a conversation; it can be restored for 30 days."""
        return _done(lambda: store.delete(conversation))

    def restore_conversation(conversation: str) -> bool:
        """Brings a deleted conversation back."""
        return _done(lambda: store.restore(conversation))

    for endpoint in (conversations, rename_conversation, delete_conversation, restore_conversation):
        api(endpoint, api_name=endpoint.__name__, queue=False, api_visibility="undocumented")


def _said(look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a lookup gives; what went wrong on purpose reaches the caller in words."""
    try:
        return look()
    except MutgoError as error:
        raise Error(str(error), print_exception=False) from error


def _done(act: Callable[[], None]) -> bool:
    """Whether it could be done."""
    try:
        act()
    except ConversationsError:
        log.exception("could not change a conversation")
        return False
    return True
