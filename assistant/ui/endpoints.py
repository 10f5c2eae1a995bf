"""What other programs, and `page.js`, may call by name; each is documented at `/gradio_api/info`."""

from typing import Any

from gradio.events import api

from assistant.assistant import Assistant
from assistant.ui.empty import status_html
from assistant.ui.sources import Place, source_html
from assistant.ui.talk import QUESTION_LIMIT, answer_language
from assistant.ui.texts import texts


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

    api(ask, api_name="ask", concurrency_limit=at_once)
    api(ask_within, api_name="ask_within", concurrency_limit=at_once)
    api(status, api_name="status", queue=False)
    api(source, api_name="source", queue=False)
