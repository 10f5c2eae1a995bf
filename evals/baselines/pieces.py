"""Notes cut as ordinary retrieval apps cut them: by characters, whatever the Markdown says."""

from dataclasses import dataclass

from langchain_text_splitters import RecursiveCharacterTextSplitter

from evals.vault import Span, Vault
from index.notes import Note

CHUNK_SIZE = 500
"""Characters of a chunk: what tutorials over Korean text use, and well within what e5 reads in one go."""

CHUNK_OVERLAP = 50
"""Characters two neighbours share at most: a tenth of the size, the customary proportion."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: its place, and the raw characters that stand there."""

    span: Span
    text: str


def chunks_of(vault: Vault) -> list[Chunk]:
    """Returns the chunks of every file, English companions among them, by path and place."""
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_SIZE, chunk_overlap=CHUNK_OVERLAP, add_start_index=True
    )
    return [chunk for _, note in sorted(vault.notes.items()) for chunk in _chunks(note, splitter)]


def _chunks(note: Note, splitter: RecursiveCharacterTextSplitter) -> list[Chunk]:
    documents = splitter.create_documents([note.text])
    starts = [int(document.metadata["start_index"]) for document in documents]
    return [
        Chunk(Span(note.path, start, start + len(document.page_content)), document.page_content)
        for start, document in zip(starts, documents, strict=True)
    ]
