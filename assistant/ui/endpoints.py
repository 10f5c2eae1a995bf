"""What other programs, and `page.js`, may call by name; each is documented at `/gradio_api/info`."""

import logging
from collections.abc import Callable
from typing import Any

from gradio.events import api

from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.errors import ConversationsError
from assistant.turns import Turn
from assistant.ui.empty import status_html
from assistant.ui.history import list_html
from assistant.ui.history_texts import history_texts
from assistant.ui.sources import Place, source_html
from assistant.ui.talk import QUESTION_LIMIT, answer_language
from assistant.ui.texts import texts

# Of an answer that cites more places, the first ones tell what it is about.
_PLACES = 12

log = logging.getLogger(__name__)


def name_endpoints(assistant: Assistant, at_once: int) -> None:
    """Adds the endpoints to the page being built; `at_once` questions are answered at a time."""

    def ask(question: str, language: str = "auto") -> dict[str, Any]:
        """Answers a question from the notes; the fields are those of `mutgo ask --json`."""
        return assistant.ask(question[:QUESTION_LIMIT], answer_language(language)).as_json()

    def ask_within(question: str, language: str, folders: list[str], tags: list[str]) -> dict[str, Any]:
        """The same from the notes in any of these folders that have any of these tags."""
        scope = assistant.scope(folders or (), tags or ())
        return assistant.ask(question[:QUESTION_LIMIT], answer_language(language), scope).as_json()

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
        return source_html(assistant, place, texts(language))

    def status(seen: str = "") -> dict[str, str]:
        """The version of the index; if it is not the one seen, also the line that says what it holds."""
        found = assistant.status()
        version = f"{found.version} {found.trouble}".strip()
        if version == seen:
            return {"version": version, "html": ""}
        updated = bool(seen) and seen.split(" ")[0] != found.version
        return {"version": version, "html": status_html(found, updated=updated)}

    def suggestions(question: str, answer: str, places: list[list[Any]], language: str = "ko") -> list[str]:
        """Questions to go on with after an answer, which the notes answer; `places` are its `[note, start]`."""
        cited = [(str(note), int(start)) for note, start in places[:_PLACES]]
        turn = Turn(question[:QUESTION_LIMIT], answer)
        return assistant.suggestions(turn, cited, "en" if language == "en" else "ko")

    api(ask, api_name="ask", concurrency_limit=at_once)
    api(ask_within, api_name="ask_within", concurrency_limit=at_once)
    api(suggestions, api_name="suggestions", queue=False)
    api(status, api_name="status", queue=False)
    api(source, api_name="source", queue=False)


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
        api(endpoint, api_name=endpoint.__name__, queue=False)


def _done(act: Callable[[], None]) -> bool:
    """Whether it could be done."""
    try:
        act()
    except ConversationsError:
        log.exception("could not change a conversation")
        return False
    return True
