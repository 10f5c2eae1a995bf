"""Answers, hits and progress for a terminal."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from index.markup import plain_text

if TYPE_CHECKING:
    from assistant.answers import Answer
    from assistant.assistant import Assistant
    from index.search import Hit

_STAGES = {
    "model": "모델 준비 · preparing the model",
    "read": "노트 읽기 · reading notes",
    "embed": "임베딩 · embedding",
    "store": "저장 · storing",
    "check": "살펴보기 · checking",
    "ask": "묻기 · asking",
    "judge": "심사 · judging",
}


def printable(text: str) -> str:
    """Returns text that can't steer a terminal: control characters but the newline are dropped."""
    return "".join(ch for ch in text if ch == "\n" or (ch >= " " and not "\x7f" <= ch <= "\x9f"))


def show_answer(answer: "Answer") -> str:
    """Returns an answer with its sources below it."""
    lines = [answer.text]
    if answer.citations:
        lines.append("")
    for c in answer.citations:
        place = " > ".join(c.headings)
        lines.append(f"[{c.n}] {c.note}:{c.line_start}  {place}".rstrip())
        lines.append(f"    “{plain_text(c.quote)}”")
    if answer.nearest:
        lines += ["", "가까운 노트:" if answer.language == "ko" else "Nearest notes:"]
        lines += [f"  {n.note}:{n.line_start}  {' > '.join(n.headings)}".rstrip() for n in answer.nearest]
    return "\n".join(lines)


def show_retrieval(assistant: "Assistant", text: str, limit: int) -> str:
    """Returns the hits of a search, best first, one paragraph each."""
    found = retrieval_json(assistant, text, limit)["hits"]
    if not found:
        return "찾은 것이 없어요. Nothing found."
    return "\n".join(
        f"{hit['rank']:>2}. {hit['score']:.3f}  {hit['note']}:{hit['line_start']}  "
        f"{' > '.join(hit['headings'])}\n      {hit['text'][:150].replace(chr(10), ' / ')}"
        for hit in found
    )


def retrieval_json(assistant: "Assistant", text: str, limit: int) -> dict[str, Any]:
    """Returns the stable fields of `mutgo search --json`."""
    retrieval = assistant.search(text, limit)
    hits = [_hit_json(assistant, rank, hit) for rank, hit in enumerate(retrieval.hits, 1)]
    return {"question": text, "terms": list(retrieval.terms), "hits": hits}


def _hit_json(assistant: "Assistant", rank: int, hit: "Hit") -> dict[str, Any]:
    text = assistant.note_text(hit.chunk.note)
    start, end = hit.chunk.spans[0][0], hit.chunk.spans[-1][1]
    return {
        "rank": rank,
        "note": hit.chunk.note,
        "title": hit.chunk.title,
        "headings": list(hit.chunk.headings),
        "line_start": text.count("\n", 0, start) + 1,
        "line_end": text.count("\n", 0, max(start, end - 1)) + 1,
        "spans": [list(span) for span in hit.chunk.spans],
        "text": hit.chunk.body,
        "score": round(hit.score, 4),
        "similarity": round(hit.similarity, 4),
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
        "named": hit.named,
    }


@contextmanager
def progress_bars() -> Generator[Callable[[str, int, int], None]]:
    """Shows the stages of long work: bars on a terminal, one line a stage elsewhere, on stderr."""
    if not sys.stderr.isatty():
        said: set[str] = set()

        def say(stage: str, done: int, total: int) -> None:
            if total and stage in ("model", "embed", "ask") and stage not in said:
                said.add(stage)
                sys.stderr.write(f"mutgo: {_STAGES[stage]} ({total})\n")

        yield say
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(_STAGES.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show
