"""Answers, hits and progress for a terminal."""

import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from assistant.answers import is_doubted, written_out
from assistant.repeats import fresh
from index.chunks import opening
from index.notes import parse_note
from index.reading.markup import plain_text

if TYPE_CHECKING:
    from assistant.answers import Answer
    from assistant.assistant import Assistant
    from assistant.settings import TerminalLanguage
    from index.doctor import Finding
    from index.scope import Scope
    from index.search import Hit
    from index.storage.rows import Notice
    from index.sync import SyncReport

_STAGES = {
    "wait": "다른 mutgo를 기다리는 중 · waiting for another mutgo",
    "model": "모델 준비 · preparing the model",
    "read": "노트 읽기 · reading notes",
    "embed": "임베딩 · embedding",
    "store": "저장 · storing",
    "check": "살펴보기 · checking",
    "ask": "묻기 · asking",
    "judge": "심사 · judging",
}

_BETWEEN_LINES = 15.0
"""Seconds between two lines on one piece of work, where no bar can be drawn."""

_REPEATED = (
    "(위와 같은 글뿐인 조각 {count}개는 뺐어요 · passages left out that only repeat the above: {count})"
)


def printable(text: str) -> str:
    """Returns text that can't steer a terminal: control characters but the newline are dropped."""
    return "".join(ch for ch in text if ch == "\n" or (ch >= " " and not "\x7f" <= ch <= "\x9f"))


def show_answer(answer: "Answer", *, more: bool = False) -> str:
    """Returns an answer with its sources below it; with `more`, what else the notes say as well."""
    taken = [f"({answer.taken_as})"] if answer.taken_as else []
    rest = show_more(answer) if more else hint_at_more(answer, "--more")
    return "\n".join([*taken, answer.text, show_sources(answer), rest]).rstrip("\n")


def hint_at_more(answer: "Answer", how: str) -> str:
    """Says how many sentences are folded away under an answer, and how to see them; nothing if none are."""
    count = len(answer.more.citations)
    if not count:
        return ""
    return (
        f"\n(노트에서 더 보기: {count}문장, {how})"
        if answer.language != "en"
        else f"\n(more from the notes: {count}, {how})"
    )


def show_more(answer: "Answer") -> str:
    """Returns what is folded away under an answer, with its places; nothing if nothing is."""
    if not answer.more.sentences:
        return ""
    title = "노트에서 더 보기:" if answer.language != "en" else "More from the notes:"
    places = (f"[{c.n}] {c.note}:{c.line_start}  {' > '.join(c.headings)}" for c in answer.more.citations)
    return "\n".join(["", title, written_out(answer.more.sentences), "", *map(str.rstrip, places)])


def show_sources(answer: "Answer") -> str:
    """Returns the places an answer cites, what its marks mean, and where else to look."""
    lines: list[str] = []
    if any(is_doubted(sentence) for sentence in answer.sentences):
        lines += [
            "",
            "⚠ 노트에서 확인되지 않은 문장이에요."
            if answer.language != "en"
            else "⚠ not confirmed by the notes",
        ]
    if answer.citations:
        lines.append("")
    for c in answer.citations:
        place = " > ".join(c.headings)
        lines.append(f"[{c.n}] {c.note}:{c.line_start}  {place}".rstrip())
        lines.append(f"    “{plain_text(c.quote)}”")
    if answer.nearest:
        lines += ["", "가까운 노트:" if answer.language != "en" else "Nearest notes:"]
        lines += [f"  {n.note}:{n.line_start}  {' > '.join(n.headings)}".rstrip() for n in answer.nearest]
    return "\n".join(lines)


def show_report(report: "SyncReport", folder: Path, language: "TerminalLanguage") -> str:
    """Returns what a sync did, and a line for every file with a problem."""
    lines = [
        f"노트 {report.notes}개, 조각 {report.chunks}개: 추가 {report.added}, 변경 {report.changed}, "
        f"이름 바뀜 {report.renamed}, 삭제 {report.removed}, 그대로 {report.unchanged}, "
        f"새로 임베딩 {report.embedded}"
    ]
    if not report.notes and not report.skipped:
        lines.append(f"  {folder}: .md 파일이 없어요 (there is no .md file in it)")
    return "\n".join([*lines, *show_notices((*report.skipped, *report.notices), language)])


def show_notices(notices: "Sequence[Notice]", language: "TerminalLanguage") -> list[str]:
    """Returns two lines for every file with a problem: what it is and was done about it, and what ends it."""
    from assistant.wording.words import done, remedy, what

    return [
        line
        for notice in notices
        for line in (
            f"  {notice.path}: {what(notice.problem, language)} ({done(notice.done, language)})",
            f"    -> {remedy(notice.problem, language)}",
        )
    ]


def report_json(report: "SyncReport", language: "TerminalLanguage") -> dict[str, Any]:
    """Returns the stable fields of a sync's report."""
    from assistant.wording.words import notice_json

    fields = {name: value for name, value in asdict(report).items() if name not in ("skipped", "notices")}
    skipped = [notice_json(notice, language) for notice in report.skipped]
    return {**fields, "skipped": skipped, "notices": [notice_json(n, language) for n in report.notices]}


def show_model(before: str, after: str) -> str:
    """Says which embedding model answers from now on, and how to return."""
    return (
        f"이제 임베딩 모델 {after!r}로 답해요 (그전: {before!r}). 되돌리기: mutgo index --rollback\n"
        f"The embedding model is {after!r} now (before: {before!r}). To return: mutgo index --rollback"
    )


def show_findings(
    findings: "Sequence[Finding]", mended: "Sequence[Finding]", language: "TerminalLanguage"
) -> str:
    """Returns what the doctor found and mended; what is no fault comes last."""
    from assistant.wording.words import remedy, what

    lines = [f"고쳤어요 (mended): {finding.where}: {what(finding.problem, language)}" for finding in mended]
    faults = [finding for finding in findings if not finding.remark]
    lines += [
        f"{finding.where}: {what(finding.problem, language)}\n"
        f"  -> {remedy(finding.problem, language, finding.near)}"
        for finding in faults
    ]
    if not faults:
        lines.append("이상이 없어요. 노트, 짝 노트, 링크, 용어집, 색인을 모두 살펴봤어요. Nothing is wrong.")
    remarks = [finding for finding in findings if finding.remark]
    if remarks:
        lines.append("알아 두세요 (no faults, but worth knowing):")
    return "\n".join(
        [
            *lines,
            *(
                f"  {finding.where}: {what(finding.problem, language)}\n"
                f"    -> {remedy(finding.problem, language, finding.near)}"
                for finding in remarks
            ),
        ]
    )


def show_retrieval(assistant: "Assistant", text: str, limit: int, scope: "Scope | None" = None) -> str:
    """Returns the hits of a search, best first, one paragraph each."""
    found = retrieval_json(assistant, text, limit, scope)["hits"]
    if not found:
        return "찾은 것이 없어요. Nothing found."
    kept = [found[position] for position in fresh([(hit["note"], hit["spans"]) for hit in found])]
    lines = [
        f"{hit['rank']:>2}. {hit['score']:.3f}  {hit['note']}:{hit['line_start']}  "
        f"{' > '.join(hit['headings'])}\n      {hit['text'][:150].replace(chr(10), ' / ')}"
        for hit in kept
    ]
    if repeated := len(found) - len(kept):
        lines.append(_REPEATED.format(count=repeated))
    return "\n".join(lines)


def retrieval_json(
    assistant: "Assistant", text: str, limit: int, scope: "Scope | None" = None
) -> dict[str, Any]:
    """Returns the stable fields of `mutgo search --json`."""
    retrieval = assistant.search(text, limit, scope)
    hits = [_hit_json(assistant, rank, hit) for rank, hit in enumerate(retrieval.hits, 1)]
    return {"question": text, "terms": list(retrieval.terms), "hits": hits}


def _hit_json(assistant: "Assistant", rank: int, hit: "Hit") -> dict[str, Any]:
    text = assistant.note_text(hit.chunk.note)
    start, end = opening(hit.chunk, parse_note(text, hit.chunk.note)), hit.chunk.spans[-1][1]
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


def progress_lines(
    write: Callable[[str], object], now: Callable[[], float] = monotonic
) -> Callable[[str, int, int], None]:
    """Returns what tells of long work in lines: as each stage begins, and every quarter of a minute how far it is."""
    said: dict[str, float] = {}

    def say(stage: str, done: int, total: int) -> None:
        if not total or stage not in ("wait", "model", "embed", "ask"):
            return
        if stage not in said:
            write(f"mutgo: {_STAGES[stage]} ({total})\n")
        elif now() < said[stage] + _BETWEEN_LINES or done >= total:
            return
        else:
            write(f"mutgo: {_STAGES[stage]} {done}/{total} ({done * 100 // total} %)\n")
        said[stage] = now()

    return say


@contextmanager
def progress_bars() -> Generator[Callable[[str, int, int], None]]:
    """Shows the stages of long work on stderr: bars on a terminal, elsewhere a line as each begins and now and then."""
    if not sys.stderr.isatty():
        yield progress_lines(sys.stderr.write)
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
