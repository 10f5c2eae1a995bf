"""The parts of a place that a sentence may be held against: a clause with its subject, or cells of a row."""

from collections.abc import Iterator, Sequence

from assistant.verifying.context import Context
from assistant.verifying.likeness import matches
from assistant.verifying.reading import Reading, Statement, Word
from assistant.verifying.window import Window


def windows(place: Reading, context: Context, claim: Sequence[Word]) -> Iterator[Window]:
    """Yields the windows of a place.

    Args:
        place: A sentence of the notes.
        context: What stands over it.
        claim: The words of what is held against it; of a row, they choose the cells.
    """
    if " — " in place.text and len(place.statements) > 1:
        yield _row(place, context, claim)
        return
    first: tuple[Word, ...] = ()
    passed: tuple[Word, ...] = ()
    conditions: tuple[Word, ...] = ()
    for statement in place.statements:
        own_topic = () if statement.inherits else statement.topic
        parallel = own_topic and passed and own_topic[-1].key == passed[-1].key
        handed = conditions if parallel else (*passed, *conditions)
        yield Window((*handed, *statement.words), (statement,), context, statement.text, own_topic)
        first = first or statement.subject
        passed = tuple(dict.fromkeys((*first, *(statement.subject or passed))))
        conditions += tuple(w for kind, when, _ in statement.sides if kind == "condition" for w in when)


def _row(place: Reading, context: Context, claim: Sequence[Word]) -> Window:
    """The cells whose columns are spoken of, all where none is; the row's head belongs to each."""
    head, *cells = place.statements
    asked = [cell for cell in cells if _named(cell, claim)]
    chosen = tuple(asked or cells)
    words = (*head.words, *(w for cell in chosen for w in cell.words))
    topic = head.words if any(w.kind == "name" for w in head.words) else ()
    return Window(words, chosen, context, " ".join((head.text, *(cell.text for cell in chosen))), topic)


def _named(cell: Statement, claim: Sequence[Word]) -> bool:
    end = max(cell.text.find(": "), 0)
    opened = cell.text.find("(", 0, end)
    column = [word for word in cell.words if word.start < cell.start + (opened if opened > 0 else end)]
    return bool(column) and all(matches(word, claim) for word in column)
