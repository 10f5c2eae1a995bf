"""The `mutgo` command. Turns errors into sentences; everything else is done elsewhere."""

import json
import re
import shlex
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.errors import BatchError, MutgoError
from index.errors import MutgoIndexError

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.settings import Settings

app = typer.Typer(
    name="mutgo",
    help="묻고 - 내 노트에 묻고, 근거가 달린 답을 받으세요. Ask your notes; check every sentence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
eval_app = typer.Typer(
    help="내 노트로 평가 문항 만들기. Questions that hold mutgo to your own notes.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(eval_app, name="eval")

_NEXT = """\
{cases}개 문항 초안을 {file}에 적었어요 (노트 {notes}개에서).
  1. 한 줄씩 읽고, 어색하거나 틀린 줄은 지우세요. absent와 near_miss는 정말 노트에 없는지 확인하세요.
  2. mutgo 저장소에서: python -m evals run --notes {folder} --cases {file}

{cases} drafted cases are in {file} (from {notes} notes).
  1. Read every line; delete the bad ones. Check that absent and near_miss really are not in your notes.
  2. In mutgo's checkout: python -m evals run --notes {folder} --cases {file}"""


@eval_app.callback()
def _eval_group() -> None:
    """내 노트로 평가 문항 만들기. Questions that hold mutgo to your own notes."""


class Language(StrEnum):
    """Language of an answer."""

    auto = "auto"
    ko = "ko"
    en = "en"


NotesOption = Annotated[
    Path | None, typer.Option("--notes", help="The folder of notes. [MUTGO_NOTES; default: the corpus]")
]
DataOption = Annotated[
    Path | None, typer.Option("--data", help="Where the index lives. [MUTGO_DATA; default: the data folder]")
]
EmbedderOption = Annotated[
    str | None,
    typer.Option(
        "--embedder", help="Another sentence-transformers model: its name or folder. [MUTGO_EMBEDDER]"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, whose fields the README documents.")]
BatchOption = Annotated[
    Path | None,
    typer.Option("--batch", help='A file of lines {"id": ..., "question": ...}; "-" reads standard input.'),
]
LanguageOption = Annotated[Language | None, typer.Option("--lang", help="Language of the answer.")]


@app.command()
def index(
    notes: Annotated[Path | None, typer.Argument(help="The folder of notes.")] = None,
    notes_option: NotesOption = None,
    data: DataOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring the index up to date with the notes; what did not change is not read again."""
    with _sentences_for_errors():
        settings = _read_settings(notes=notes or notes_option, data=data, embedder=embedder)
        assistant = _open(settings)
        report = assistant.report
        assistant.close()
        assert report is not None
        if as_json:
            _print_json(asdict(report))
            return
        _print(
            f"노트 {report.notes}개, 조각 {report.chunks}개: 추가 {report.added}, 변경 {report.changed}, "
            f"이름 바뀜 {report.renamed}, 삭제 {report.removed}, 그대로 {report.unchanged}, "
            f"새로 임베딩 {report.embedded}"
        )
        if not report.notes and not report.skipped:
            _print(f"  {settings.notes_folder()}: .md 파일이 없어요 (there is no .md file in it)")
        for notice in (*report.skipped, *report.notices):
            _print(f"  {notice.path}: {notice.what} ({notice.done})")


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in Korean or English.")] = None,
    lang: LanguageOption = None,
    batch: BatchOption = None,
    notes: NotesOption = None,
    data: DataOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question from the notes, each sentence with its source."""
    with _sentences_for_errors():
        settings = _settings(notes, data, embedder, lang)
        questions = _batch(batch) if batch else None
        asked = question if questions is not None else _required(question)
        assistant = _open(settings)
        try:
            if questions is not None:
                _answer_batch(questions, lambda text: assistant.ask(text, settings.language).as_json())
                return
            answer = assistant.ask(asked or "", settings.language)
            if as_json:
                _print_json(answer.as_json())
                return
            from assistant.terminal import show_answer

            _print(show_answer(answer))
        finally:
            assistant.close()


@app.command()
def search(
    question: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    limit: Annotated[int, typer.Option("-k", help="Most hits.", min=1, max=200)] = 10,
    batch: BatchOption = None,
    notes: NotesOption = None,
    data: DataOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the passages nearest to a question, with scores and places."""
    with _sentences_for_errors():
        settings = _settings(notes, data, embedder, None)
        questions = _batch(batch) if batch else None
        asked = question if questions is not None else _required(question)
        assistant = _open(settings)
        from assistant.terminal import retrieval_json, show_retrieval

        try:
            if questions is not None:
                _answer_batch(questions, lambda text: retrieval_json(assistant, text, limit))
            elif as_json:
                _print_json(retrieval_json(assistant, asked or "", limit))
            else:
                _print(show_retrieval(assistant, asked or "", limit))
        finally:
            assistant.close()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to serve on. [MUTGO_HOST]")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to serve on; 0 takes a free one. [MUTGO_PORT]")
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    notes: NotesOption = None,
    data: DataOption = None,
    embedder: EmbedderOption = None,
) -> None:
    """Serve the page on this machine."""
    with _sentences_for_errors():
        settings = _read_settings(notes=notes, data=data, embedder=embedder, host=host, port=port)
        assistant = _open(settings)
        from assistant.ui.page import serve as serve_page

        serve_page(assistant, settings, open_browser=open_browser)


@app.command()
def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended.")] = False,
    notes: NotesOption = None,
    data: DataOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with the notes and their index, each with its remedy."""
    with _sentences_for_errors():
        from assistant.checkup import examine_vault, mend_vault

        settings = _read_settings(notes=notes, data=data, embedder=embedder)
        with _progress() as told:
            if fix:
                mend_vault(settings, told)
            findings = examine_vault(settings, told)
        if as_json:
            _print_json({"findings": [asdict(finding) for finding in findings]})
        elif not findings:
            _print("이상이 없어요. 노트, 짝 노트, 용어집, 색인을 모두 살펴봤어요. Nothing is wrong.")
        else:
            for finding in findings:
                _print(f"{finding.where}: {finding.what}\n  -> {finding.remedy}")
        raise typer.Exit(1 if findings else 0)


@eval_app.command("init")
def eval_init(
    notes: NotesOption = None,
    out: Annotated[Path, typer.Option("--out", help="The file to write; never among the notes.")] = Path(
        "mutgo-cases.jsonl"
    ),
    limit: Annotated[int, typer.Option("--limit", help="Most cases.", min=1, max=1000)] = 150,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if there is one.")] = False,
) -> None:
    """Draft questions from your notes' headings, definitions and lists, for you to review."""
    with _sentences_for_errors():
        from assistant.drafting.file import draft_file

        folder = _read_settings(notes=notes).notes_folder()
        drafted = draft_file(folder, out.expanduser().absolute(), limit, force=force)
        told = {"cases": drafted.cases, "notes": drafted.notes}
        _print(_NEXT.format(file=shlex.quote(str(drafted.file)), folder=shlex.quote(str(folder)), **told))


def main() -> None:
    """Entry point of the `mutgo` command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    app()


def _read_settings(**options: object) -> "Settings":
    """Reads the settings; here and not above, because importing pydantic takes longer than `--help`."""
    from assistant.settings import go_offline, read_settings

    go_offline()
    return read_settings(**options)


def _settings(
    notes: Path | None, data: Path | None, embedder: str | None, lang: Language | None
) -> "Settings":
    language = lang.value if lang else None
    return _read_settings(notes=notes, data=data, embedder=embedder, language=language)


def _open(settings: "Settings") -> "Assistant":
    from assistant.assistant import open_assistant

    with _progress() as told:
        return open_assistant(settings, told)


def _required(question: str | None) -> str:
    if question is None:
        raise BatchError("There is no question. Write it in quotes, or name a file with --batch.")
    return question


def _batch(file: Path) -> list[dict[str, Any]]:
    """Reads a batch file: one object a line; bad lines name themselves."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BatchError(
            f"The batch file {str(file)!r} can't be read: {error}. Name a UTF-8 file."
        ) from error
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            rows.append(_batch_row(line, number))
    return rows


def _batch_row(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        error = f'line {number} is no object {{"id": ..., "question": "..."}}; mend it'
        return {"id": row.get("id", number) if isinstance(row, dict) else number, "error": error}
    return {"id": row.get("id", number), "question": row["question"]}


def _answer_batch(rows: list[dict[str, Any]], answer: Callable[[str], dict[str, Any]]) -> None:
    """Prints one line a question, in order; a bad line gets an error of its own and exit code 1."""
    failed = False
    for row in rows:
        if "error" in row:
            failed = True
            _print_json(row)
        else:
            _print_json({"id": row["id"], **answer(row["question"])})
    if failed:
        raise typer.Exit(1)


def _print(text: str) -> None:
    from assistant.terminal import printable

    sys.stdout.write(printable(text) + "\n")
    sys.stdout.flush()


def _print_json(value: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()
    # JSON leaves DEL and the C1 controls as they are, and a terminal obeys U+009B as it does ESC [.
    sys.stdout.write(re.sub("[\x7f-\x9f]", lambda match: f"\\u{ord(match[0]):04x}", text) + "\n")
    sys.stdout.flush()


@contextmanager
def _sentences_for_errors() -> Generator[None]:
    try:
        yield
    except (MutgoError, MutgoIndexError) as error:
        from assistant.terminal import printable

        sys.stderr.write(f"mutgo: {printable(str(error))}\n")
        raise typer.Exit(1) from error


@contextmanager
def _progress() -> Generator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal, a line a stage elsewhere; both on standard error."""
    from assistant.terminal import progress_bars

    with progress_bars() as told:
        yield told


if __name__ == "__main__":
    main()
