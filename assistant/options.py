"""Options that several commands take, each worded once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """Language of an answer."""

    auto = "auto"
    ko = "ko"
    en = "en"
    both = "both"


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
ModelOption = Annotated[
    str | None,
    typer.Option("--model", help="A chat model that writes the answer, provider:model. [MUTGO_MODEL]"),
]
FoldersOption = Annotated[
    list[str] | None, typer.Option("--in", help="Look only in this folder; may be given again.")
]
TagsOption = Annotated[
    list[str] | None, typer.Option("--tag", help="Look only at notes with this tag; may be given again.")
]
