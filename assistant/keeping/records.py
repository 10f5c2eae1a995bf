"""What is kept of a conversation, and how an answer is written down."""

import json
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal

from assistant.answers import Answer
from index.scope import Scope

if TYPE_CHECKING:
    from pydantic import TypeAdapter

TurnState = Literal["answering", "whole", "stopped", "failed", "broken"]
"""How far a turn has come: in the making; all there; ended by its reader; by an error; by the death of its
process, or because what was kept of it can't be read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: the question, the language its answer shall be in, and where to look."""

    question: str
    language: str = "auto"
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question and its answer.

    Attributes:
        id: Its number among all turns of the file.
        asked: What was asked.
        answer: As far as it has come.
        state: How far that is.
        time: When it was asked, seconds since 1970.
        branches: Where others stand in its place (asked again, or differently): the ids of all of them,
            its own too, oldest first.
    """

    id: int
    asked: Asked
    answer: Answer | None
    state: TurnState
    time: float
    branches: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with the turns of one branch, oldest first; times are seconds since 1970."""

    id: str
    title: str
    created: float
    changed: float
    turns: tuple[KeptTurn, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in a list.

    Attributes:
        id: Its name in addresses and on the command line.
        title: Its own, else its first question.
        created: When it began.
        changed: When something was last asked or answered.
        turns: How many there are in all branches.
        tip: The turn that the branch shown last ends on.
        vault: Folder of the notes it began over.
        found: Where it was searched for: text around what was found, of a turn; else empty.
    """

    id: str
    title: str
    created: float
    changed: float
    turns: int
    tip: int
    vault: str
    found: str = ""


def answer_json(answer: Answer | None) -> str:
    """Writes an answer down; nothing gives an empty text."""
    return "" if answer is None else json.dumps(asdict(answer), ensure_ascii=False)


def read_answer(written: str) -> Answer | None:
    """Reads what `answer_json` wrote; None for nothing, and for what can't be read."""
    from pydantic import ValidationError

    try:
        return _answers().validate_json(written) if written else None
    except ValidationError:
        return None


def scope_json(scope: Scope) -> str:
    """Writes a scope down."""
    return json.dumps(asdict(scope), ensure_ascii=False)


def read_scope(written: str) -> Scope:
    """Reads what `scope_json` wrote; all notes where it can't be read."""
    from pydantic import ValidationError

    try:
        return _scopes().validate_json(written)
    except ValidationError:
        return Scope()


@cache
def _answers() -> "TypeAdapter[Answer]":
    from pydantic import TypeAdapter

    return TypeAdapter(Answer)


@cache
def _scopes() -> "TypeAdapter[Scope]":
    from pydantic import TypeAdapter

    return TypeAdapter(Scope)
