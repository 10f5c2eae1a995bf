"""The real page over a few notes, in this process; only the embeddings are ones that can be computed by hand."""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.settings import Settings
from index.opened import Index
from index.sync import sync
from index.terms import TermReader
from tests.fakes import WordHashEmbedder


@contextmanager
def served_notes(
    folder: Path, notes: Mapping[str, str], reader: TermReader, **options: Any
) -> Iterator[tuple[str, Assistant]]:
    """Serves notes from a folder of their own, and gives the page's address without its last slash.

    Args:
        folder: Where vault and index go.
        notes: Texts by vault-relative path.
        reader: Reads terms.
        options: Further settings.
    """
    settings = Settings(notes=folder / "vault", data=folder / "data", port=0, **options)
    for name, text in notes.items():
        (settings.notes / name).parent.mkdir(parents=True, exist_ok=True)
        (settings.notes / name).write_text(text, encoding="utf-8")
    embedder = WordHashEmbedder()
    sync(settings.notes_folder(), settings.data_folder(), embedder, reader)
    with_index = Assistant(settings, Index(settings.data_folder(), embedder, reader, None))
    page = launched(with_index, settings)
    try:
        yield str(page.local_url).rstrip("/"), with_index
    finally:
        page.close()
        with_index.close()


def launched(assistant: Any, settings: Settings) -> Any:
    """Starts the page. Without a running event loop Gradio makes some, and leaves them for others to find."""
    from assistant.ui.page import launch

    async def start() -> Any:
        return launch(assistant, settings)

    return awaited(start())


def awaited(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs a coroutine to its end in a thread: in that of the tests Playwright's own loop may be running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
