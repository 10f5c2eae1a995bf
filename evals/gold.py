"""Cases read from their files, each with its gold found in the notes."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.cases import Case, Fact, Place
from evals.errors import CasesError
from evals.vault import Span, Vault
from index.text import normalise


class GoldCase(BaseModel):
    """A case with its gold found in the notes.

    Attributes:
        case: The case.
        needs: Spans that meet each need; every place gives its Korean span and, where the note has
            a companion, the parallel English one.
        moved: Places that were found elsewhere than the case says.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    case: Case
    needs: tuple[tuple[Span, ...], ...]
    moved: tuple[Place, ...] = ()


def load_cases(sources: Iterable[Path], vault: Vault, about: Iterable[str] | None = None) -> list[GoldCase]:
    """Reads cases and finds their gold.

    Args:
        sources: Files of one case a line, or folders of `*.jsonl`.
        vault: The notes the cases are about.
        about: The glossary's ids, where `about` is to be held against them.

    Raises:
        CasesError: A line is no case, its gold is not in the notes, a fact is in no gold, or an id
            or question comes twice.
    """
    known = None if about is None else set(about)
    found: list[GoldCase] = []
    seen: dict[str, str] = {}
    for where, line in _lines(sources):
        case = _parse(line, where)
        for key in (case.id, f"{case.companions} " + " / ".join(normalise(turn) for turn in case.turns)):
            if key in seen:
                raise CasesError(f"{where}: {key!r} is already at {seen[key]}. Keep one of them.")
            seen[key] = where
        for name in case.about:
            if known is not None and name not in known:
                raise CasesError(f"{where}: 'about' names {name!r}, which the glossary does not have.")
        found.append(_with_gold(case, vault, where))
    if not found:
        raise CasesError(
            f"There is no case in {', '.join(map(str, sources))}. Add one, or name another file."
        )
    return found


def _lines(sources: Iterable[Path]) -> Iterator[tuple[str, str]]:
    for source in sources:
        files = sorted(source.glob("*.jsonl")) if source.is_dir() else [source]
        for file in files:
            try:
                text = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise CasesError(f"{file} can't be read: {error}. Name a UTF-8 file of cases.") from error
            for number, line in enumerate(text.split("\n"), 1):
                if line.strip():
                    yield f"{file.name} line {number}", line


def _parse(line: str, where: str) -> Case:
    try:
        return Case.model_validate_json(line, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        named = _id_of(line)
        raise CasesError(f"{where}{named}: {place + ': ' if place else ''}{first['msg']}.") from error


def _id_of(line: str) -> str:
    try:
        row = json.loads(line)
    except ValueError:
        return ""
    return f" ({row['id']})" if isinstance(row, dict) and "id" in row else ""


def _with_gold(case: Case, vault: Vault, where: str) -> GoldCase:
    needs: list[tuple[Span, ...]] = []
    moved: list[Place] = []
    for places in case.gold:
        spans: list[Span] = []
        for place in places:
            match = vault.find(place.note, place.headings, place.text)
            if match is None:
                raise CasesError(
                    f"{where} ({case.id}): no note says {place.text!r} "
                    f"(looked for in {place.note!r} under {' > '.join(place.headings)!r}). "
                    "Copy the sentence or block as the note has it, without markup."
                )
            spans += match.spans if case.companions else match.spans[:1]
            if match.moved:
                moved.append(place)
        needs.append(tuple(dict.fromkeys(spans)))
    gold = "\n".join(vault.both(span) for spans in needs for span in spans)
    for fact in case.facts:
        if not all(Fact(ko=forms, en=()).in_text(gold) for forms in (fact.ko, fact.en) if forms):
            raise CasesError(
                f"{where} ({case.id}): no gold says the fact {(*fact.ko, *fact.en)[0]!r}. Mend one of them."
            )
    return GoldCase(case=case, needs=tuple(needs), moved=tuple(moved))
