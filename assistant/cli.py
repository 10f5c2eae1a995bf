"""The `mutgo` command: every command and its options; everything else is done elsewhere."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.batch import Asked, answer_batch, read_batch
from assistant.console import opened, progress, say, say_json, sentences_for_errors, settings_from
from assistant.conversation_commands import add_conversation_commands
from assistant.errors import UsageError
from assistant.options import (
    BatchOption,
    DataOption,
    EmbedderOption,
    FoldersOption,
    JsonOption,
    Language,
    LanguageOption,
    ModelOption,
    NotesOption,
    TagsOption,
)
from assistant.password_command import add_password_command

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.settings import Settings
    from index.scope import Scope

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


_NO_QUESTION = (
    "질문이 없어요. 따옴표로 묶어 적거나 --batch로 파일을 알려 주세요. "
    "There is no question. Write it in quotes, or name a file with --batch."
)


@eval_app.callback()
def _eval_group() -> None:
    """내 노트로 평가 문항 만들기. Questions that hold mutgo to your own notes."""


@app.command()
def index(
    notes: Annotated[Path | None, typer.Argument(help="The folder of notes.")] = None,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Return to the index of the embedding model before.")
    ] = False,
    wait: Annotated[
        float, typer.Option("--wait", help="Seconds to wait for another mutgo that is writing.", min=0)
    ] = 0.0,
    notes_option: NotesOption = None,
    data: DataOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring the index up to date with the notes; what did not change is not read again."""
    with sentences_for_errors():
        from assistant.opening import answering_build, index_notes, return_to_previous
        from assistant.settings import terminal_language
        from assistant.terminal import report_json, show_model, show_report

        settings = settings_from(notes=notes or notes_option, data=data, embedder=embedder)
        before = answering_build(settings)
        with progress() as told:
            if rollback:
                report = return_to_previous(settings, told, wait=wait)
            else:
                switch = settings.embedder is not None
                report = index_notes(settings, told, switch=switch, wait=wait)
        after = answering_build(settings)
        if as_json:
            say_json(
                {**report_json(report, terminal_language()), "embedder": after.embedder if after else None}
            )
            return
        say(show_report(report, settings.notes_folder(), terminal_language()))
        if before and after and (rollback or before.embedder != after.embedder):
            say(show_model(before.embedder, after.embedder))


@app.command()
def watch(
    notes: Annotated[Path | None, typer.Argument(help="The folder of notes.")] = None,
    notes_option: NotesOption = None,
    data: DataOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep the index up to date while the notes change, until Ctrl-C."""
    with sentences_for_errors():
        from assistant.watching import watch_notes

        watch_notes(settings_from(notes=notes or notes_option, data=data, embedder=embedder), as_json=as_json)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in Korean or English.")] = None,
    lang: LanguageOption = None,
    folders: FoldersOption = None,
    tags: TagsOption = None,
    batch: BatchOption = None,
    notes: NotesOption = None,
    data: DataOption = None,
    embedder: EmbedderOption = None,
    model: ModelOption = None,
    more: Annotated[bool, typer.Option("--more", help="Show what else the notes say.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Answer a question from the notes, each sentence with its source."""
    from assistant.question import answer_language
    from assistant.settings import terminal_language

    with sentences_for_errors():
        settings = _settings(notes, data, embedder, lang, model)
        rows = read_batch(batch) if batch else [_required(question)]
        with opened(settings) as assistant:
            whole = assistant.scope(folders or (), tags or ())
            if batch:
                answer_batch(
                    rows,
                    lambda row: assistant.ask(
                        row.question, settings.language, _scope(assistant, row, whole)
                    ).as_json(),
                )
                return
            asked = rows[0].question
            answer = assistant.ask(
                asked, answer_language(asked, settings.language, terminal_language()), whole
            )
            if as_json:
                say_json(answer.as_json())
                return
            from assistant.terminal import show_answer

            say(show_answer(answer, more=more))


@app.command()
def chat(
    lang: LanguageOption = None,
    folders: FoldersOption = None,
    tags: TagsOption = None,
    notes: NotesOption = None,
    data: DataOption = None,
    embedder: EmbedderOption = None,
    model: ModelOption = None,
) -> None:
    """Ask one question after another in the terminal; Ctrl-C stops an answer, Ctrl-D ends."""
    with sentences_for_errors():
        settings = _settings(notes, data, embedder, lang, model)
        with opened(settings) as assistant:
            from assistant.chatting import chat as converse
            from assistant.conversations import Conversations

            scope = assistant.scope(folders or (), tags or ())
            with Conversations(settings.conversations_folder(), settings.notes_folder()) as store:
                converse(assistant, settings.language, scope, store)


@app.command()
def search(
    question: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    limit: Annotated[int, typer.Option("-k", help="Most hits.", min=1, max=200)] = 10,
    folders: FoldersOption = None,
    tags: TagsOption = None,
    batch: BatchOption = None,
    notes: NotesOption = None,
    data: DataOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the passages nearest to a question, with scores and places."""
    with sentences_for_errors():
        settings = _settings(notes, data, embedder, None)
        rows = read_batch(batch) if batch else [_required(question)]
        with opened(settings) as assistant:
            from assistant.terminal import retrieval_json, show_retrieval

            whole = assistant.scope(folders or (), tags or ())
            if batch:
                answer_batch(
                    rows,
                    lambda row: retrieval_json(assistant, row.question, limit, _scope(assistant, row, whole)),
                )
            elif as_json:
                say_json(retrieval_json(assistant, rows[0].question, limit, whole))
            else:
                say(show_retrieval(assistant, rows[0].question, limit, whole))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to serve on. [MUTGO_HOST]")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to serve on; 0 takes a free one. [MUTGO_PORT]")
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    auth: Annotated[
        Path | None, typer.Option(help="A file of name:password lines; who is in it may log in. [MUTGO_AUTH]")
    ] = None,
    mcp: Annotated[bool, typer.Option("--mcp", help="Offer ask, search and open_note by MCP.")] = False,
    notes: NotesOption = None,
    data: DataOption = None,
    embedder: EmbedderOption = None,
) -> None:
    """Serve the page on this machine; it follows the notes as they change."""
    with sentences_for_errors():
        served = {"host": host, "port": port, "auth": auth, "mcp": mcp or None}
        settings = settings_from(notes=notes, data=data, embedder=embedder, **served)
        from assistant.ui.sharing import check_sharing

        check_sharing(settings)
        with opened(settings) as assistant:
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
    with sentences_for_errors():
        from assistant.checkup import examine_vault, mend_vault
        from assistant.settings import terminal_language
        from assistant.terminal import show_findings
        from assistant.wording.words import finding_json

        settings = settings_from(notes=notes, data=data, embedder=embedder)
        with progress() as told:
            mended = mend_vault(settings, told) if fix else ()
            findings = examine_vault(settings, told)
        if as_json:
            said = {"findings": findings, "mended": mended}
            language = terminal_language()
            say_json({name: [finding_json(f, language) for f in found] for name, found in said.items()})
        else:
            say(show_findings(findings, mended, terminal_language()))
        raise typer.Exit(1 if any(not finding.remark for finding in findings) else 0)


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
    with sentences_for_errors():
        from assistant.drafting.advice import next_steps
        from assistant.drafting.file import draft_file

        folder = settings_from(notes=notes).notes_folder()
        drafted = draft_file(folder, out.expanduser().absolute(), limit, force=force)
        say(next_steps(drafted, folder))


add_conversation_commands(app)
add_password_command(app)


def main() -> None:
    """Entry point of the `mutgo` command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    app()


def _settings(
    notes: Path | None,
    data: Path | None,
    embedder: str | None,
    lang: Language | None,
    model: str | None = None,
) -> "Settings":
    language = lang.value if lang else None
    return settings_from(notes=notes, data=data, embedder=embedder, language=language, model=model)


def _required(question: str | None) -> Asked:
    from index.text import normalise

    if question is None or not normalise(question):
        raise UsageError(_NO_QUESTION)
    return Asked(None, question)


def _scope(assistant: "Assistant", row: Asked, whole: "Scope") -> "Scope":
    """The scope of a line: what it names itself, else what the command was given."""
    own = row.folders is not None or row.tags is not None
    return assistant.scope(row.folders or (), row.tags or ()) if own else whole


if __name__ == "__main__":
    main()
