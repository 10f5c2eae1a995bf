"""The search as a LangChain retriever: documents that say where they stand, in chains of any kind."""

import asyncio
import hashlib
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda
from pydantic import ValidationError

from index.opened import Index
from index.retriever import NotesRetriever
from index.scope import Scope
from index.search import search
from tests.conftest import OpenIndex, WriteVault

NOTES: dict[str, str | bytes] = {
    "차/홍차.md": "# 홍차\r\n홍차는 **발효한** 찻잎 이다.\r\n\r\n## 우리기\r\n- 끓는 물 에 우린다.\r\n",
    "차/녹차.md": "---\ntags: [잎차]\n---\n# 녹차\n녹차는 덖은 찻잎 이다.\n",
    "커피.md": "# 커피\n커피는 볶은 콩 이다.\n",
}


def run_apart(work: Callable[[], Any]) -> Any:
    """Runs what needs an event loop of its own, whatever an earlier test left running in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


@pytest.fixture
def index(write_vault: WriteVault, open_index: OpenIndex) -> Index:
    return open_index(write_vault(NOTES))


def test_documents_are_the_hits_of_the_search_in_order(index: Index):
    found = NotesRetriever(index=index, k=3).invoke("찻잎")
    hits = search(index, "찻잎", 3).hits
    assert [document.id for document in found] == [hit.chunk.id for hit in hits]
    assert [document.page_content for document in found] == [hit.chunk.body for hit in hits]
    assert [document.metadata["score"] for document in found] == [hit.score for hit in hits]


def test_a_document_says_where_it_stands(index: Index, vault: Path):
    (document,) = NotesRetriever(index=index, k=1).invoke("홍차 우리기 끓는 물")
    text = NOTES["차/홍차.md"]
    assert isinstance(text, str)
    told = document.metadata
    assert (told["note"], told["title"], told["headings"]) == ("차/홍차.md", "홍차", ["홍차", "우리기"])
    assert [text[start:end] for start, end in told["spans"]] == ["끓는 물 에 우린다."]
    assert (told["line_start"], told["line_end"]) == (5, 5)
    assert told["sha256"] == hashlib.sha256((vault / "차/홍차.md").read_bytes()).hexdigest()
    assert json.loads(json.dumps(told)) == told


def test_a_scope_keeps_to_a_part_of_the_vault(index: Index):
    def notes(scope: Scope) -> set[str]:
        return {d.metadata["note"] for d in NotesRetriever(index=index, scope=scope).invoke("이다")}

    assert notes(Scope()) == set(NOTES)
    assert notes(Scope(folders=("차",))) == {"차/홍차.md", "차/녹차.md"}
    assert notes(Scope(tags=("잎차",))) == {"차/녹차.md"}


def joined(documents: list[Document]) -> str:
    return "\n".join(f"{document.metadata['note']}: {document.page_content}" for document in documents)


def test_it_runs_in_a_chain_in_batches_and_with_a_config(index: Index):
    chain = NotesRetriever(index=index, k=1).with_config(tags=["notes"]) | RunnableLambda(joined)
    assert chain.invoke("커피") == "커피.md: 커피는 볶은 콩 이다."
    assert chain.batch(["커피", "녹차"]) == [chain.invoke("커피"), chain.invoke("녹차")]


def test_it_runs_asynchronously_with_the_same_result(index: Index):
    retriever = NotesRetriever(index=index, k=2)

    async def several() -> list[list[Document]]:
        return await asyncio.gather(*(retriever.ainvoke(text) for text in ("홍차", "커피", "녹차") * 4))

    assert run_apart(lambda: asyncio.run(several())) == [
        retriever.invoke(text) for text in ("홍차", "커피", "녹차") * 4
    ]


def test_an_empty_question_finds_nothing(index: Index):
    assert NotesRetriever(index=index).invoke("") == []


@pytest.mark.parametrize("fields", [{"k": 0}, {"k": "many"}, {"index": None}])
def test_a_wrong_field_is_refused_when_it_is_made(index: Index, fields: dict[str, Any]):
    with pytest.raises(ValidationError):
        NotesRetriever(**{"index": index, **fields})


def test_a_retriever_sees_what_a_later_sync_brought(index: Index, vault: Path, sync_folder: Any):
    retriever = NotesRetriever(index=index, k=1)
    assert retriever.invoke("커피")[0].page_content == "커피는 볶은 콩 이다."
    (vault / "커피.md").write_text("# 커피\n커피는 음료 이다.\n", encoding="utf-8")
    sync_folder(vault)
    assert retriever.invoke("커피")[0].page_content == "커피는 음료 이다."


def test_the_example_of_the_readme_runs(write_vault: WriteVault, data: Path, capsys: Any):
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?NotesRetriever.*?)```", readme, re.DOTALL)
    folder = write_vault(NOTES)
    assert "~/vault" in example
    program = example.replace('"~/vault")', f"{str(folder)!r}), data=Path({str(data)!r})")
    run_apart(lambda: exec(compile(program, "README.md", "exec"), {}))
    assert "차/홍차.md" in capsys.readouterr().out
