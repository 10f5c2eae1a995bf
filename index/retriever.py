"""The search as a LangChain retriever, for chains such as `retriever | format_documents | prompt | model`."""

from functools import partial
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import run_in_executor
from pydantic import ConfigDict, Field

from index.chunks import opening
from index.notes import Note
from index.opened import Index
from index.scope import Scope
from index.search import Hit, search


class NotesRetriever(BaseRetriever):
    """Finds passages of the notes; each becomes a `Document` whose metadata says where it stands.

    `page_content` is the passage as read, without markup. `id` is the chunk's id; it stays the same
    as long as the passage does. The metadata can be written as JSON: `note` (vault-relative path),
    `title`, `headings`, `spans` (character ranges: `text[start:end]` of the file's text is the
    quote), `line_start` and `line_end` (from 1), `sha256` (of the file's bytes as indexed), `score`
    (comparable within one question only) and `similarity` (cosine).
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    """The open index; a retriever neither opens nor closes it."""

    k: int = Field(default=10, ge=1, le=200)
    """Most documents."""

    scope: Scope = Field(default_factory=Scope)
    """The part of the notes to look in; all of them by default."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        with self.index.lock, self.index.current_catalog().reading():
            hits = search(self.index, query, self.k, self.scope).hits
            return [_document(hit, self.index.note(hit.chunk.note)) for hit in hits]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        found = partial(self._get_relevant_documents, run_manager=run_manager.get_sync())
        return await run_in_executor(None, found, query)


def _document(hit: Hit, note: Note | None) -> Document:
    chunk = hit.chunk
    metadata: dict[str, Any] = {
        "note": chunk.note,
        "title": chunk.title,
        "headings": list(chunk.headings),
        "spans": [list(span) for span in chunk.spans],
        "score": hit.score,
        "similarity": hit.similarity,
    }
    if note is not None:
        start, end = opening(chunk, note), chunk.spans[-1][1]
        metadata |= {
            "line_start": note.line_of(start),
            "line_end": note.line_of(max(start, end - 1)),
            "sha256": note.sha256,
        }
    return Document(page_content=chunk.body, metadata=metadata, id=chunk.id)
