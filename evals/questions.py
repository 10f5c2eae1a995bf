"""A question with its key facts, and whether an answer to it is right."""

import json
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from index.text import squeeze


class QuestionsError(Exception):
    """The questions file has a line that can't be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what a right answer to it holds.

    Attributes:
        id: Unique name.
        question: As a person would type it.
        lang: Language of the question.
        kind: What is asked for; `none` where the notes don't say.
        expect: Key facts, each as the forms that are accepted for it.
        forbid: What must not be said.
        note: The file that must be among the cited ones; None where several would do.
    """

    id: str
    question: str
    lang: str
    kind: str
    expect: tuple[tuple[str, ...], ...]
    forbid: tuple[str, ...]
    note: str | None

    @property
    def answerable(self) -> bool:
        """Whether the notes hold the answer."""
        return self.kind != "none"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an answer fared; `inexact` counts citations whose quote is not at its place."""

    right: bool
    reason: str
    inexact: int


def load_cases(file: Path) -> list[Case]:
    """Reads the questions.

    Raises:
        QuestionsError: A line is no object of exactly a case's fields, or an id comes twice.
    """
    cases: list[Case] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        row: Any = json.loads(line)
        if set(row) != {field.name for field in fields(Case)}:
            raise QuestionsError(f"{file.name} line {number} has the keys {sorted(row)}.")
        facts = tuple(tuple(forms) for forms in row["expect"])
        cases.append(replace(Case(**row), expect=facts, forbid=tuple(row["forbid"])))
        if bool(facts) != cases[-1].answerable:
            raise QuestionsError(f"{file.name} line {number}: only an unanswerable question has no facts.")
    if len({case.id for case in cases}) != len(cases):
        raise QuestionsError(f"{file.name} gives an id twice.")
    return cases


def judge(case: Case, assistant: Assistant) -> Outcome:
    """Asks a question and says whether the answer is right, and if not, why."""
    answer = assistant.ask(case.question)
    inexact = sum(assistant.note_text(c.note)[c.start : c.end] != c.quote for c in answer.citations)
    if answer.abstained or not case.answerable:
        right = answer.abstained and not case.answerable
        return Outcome(right, "refused" if answer.abstained else f"answered: {answer.text[:120]}", inexact)
    said = squeeze(" ".join((answer.text, *(c.quote for c in answer.citations))))
    missing = [forms[0] for forms in case.expect if not any(squeeze(form) in said for form in forms)]
    wrong = [form for form in case.forbid if squeeze(form) in squeeze(answer.text)]
    cited = case.note is None or any(c.note == case.note for c in answer.citations)
    reason = f"missing {missing}, forbidden {wrong}, cites {sorted({c.note for c in answer.citations})}"
    return Outcome(not missing and not wrong and cited, reason, inexact)
