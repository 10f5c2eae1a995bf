"""`mutgo conversations` and `mutgo export`: what was asked on the page or in `mutgo chat`, without the index."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.console import say, say_json, sentences_for_errors, settings_from
from assistant.options import DataOption, JsonOption, NotesOption


def add_conversation_commands(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(conversations)
    app.command()(export)


def conversations(
    search: Annotated[str, typer.Option("--search", help="Only those that hold all of these words.")] = "",
    notes: NotesOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the conversations about these notes, the last one first."""
    with sentences_for_errors():
        from assistant.keeping.asking import known_conversations, listed_json, show_listed

        settings = settings_from(notes=notes, data=data)
        found = known_conversations(settings, search)
        if as_json:
            say_json(listed_json(found))
        else:
            from assistant.settings import terminal_language

            say(show_listed(found, terminal_language()))


def export(
    conversation: Annotated[
        str, typer.Argument(help="Its id, the beginning of it, or its title; `last` is the last one.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write; never among the notes.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if there is one.")] = False,
    notes: NotesOption = None,
    data: DataOption = None,
) -> None:
    """Write a conversation as Markdown whose citations are wikilinks."""
    with sentences_for_errors():
        from assistant.files import check_new_file, write_whole
        from assistant.keeping.asking import exported
        from assistant.settings import terminal_language

        settings = settings_from(notes=notes, data=data)
        file = out.expanduser().absolute() if out else None
        if file:
            check_new_file(file, settings.notes_folder(), force=force)
        text = exported(settings, conversation, terminal_language())
        if file:
            write_whole(file, text)
        else:
            say(text.rstrip("\n"))
