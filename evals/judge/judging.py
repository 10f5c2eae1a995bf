"""Asks the judge about each answer of a run."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.errors import EvalsError
from evals.gold import GoldCase
from evals.judge.chat import TEMPERATURE, Ask, open_chat
from evals.judge.opinions import Opinion, Opinions, Ruling, Unread
from evals.record import digest_of
from evals.results import CaseResult, Results
from index.sync import Progress

OPENING, CLOSING = "<material>", "</material>"
_PROMPT = Path(__file__).with_name("prompt.md")
_FENCED = re.compile(r"```(?:json)?\s(.*)```", re.DOTALL)


class _Reply(BaseModel):
    """What the judge was asked to say. Types are not coerced: "yes" is not taken for true."""

    model_config = ConfigDict(extra="forbid", strict=True)

    correct: bool
    grounded: bool
    reason: str = Field(min_length=1)


def open_judge(model: str, answerer: str, url: str | None = None) -> Ask:
    """Opens a judge, so that what keeps it from working is known before a long run.

    Args:
        model: The judge, `provider:model`.
        answerer: Who gave the answers; none may judge its own.
        url: Base address of the judge's server, where it is not the provider's own.

    Raises:
        EvalsError: It is the answerer itself, or can't be used as named.
        InfrastructureError: It can't be opened.
    """
    if model == answerer:
        raise EvalsError(
            f"{model!r} gave these answers and would judge itself. Name another model with --judge."
        )
    return open_chat(model, url)


def judge_run(
    model: str, cases: Sequence[GoldCase], results: Results, progress: Progress, url: str | None = None
) -> Opinions:
    """Asks a chat model for its opinion on every answer of a run.

    Args:
        model: The judge, `provider:model`.
        cases: The cases of the run.
        results: The run.
        progress: Told stage, done and total.
        url: Base address of the judge's server, where it is not the provider's own.

    Raises:
        EvalsError: The judge can't be used, or the run has no answers.
        InfrastructureError: The judge's server can't be reached, refuses or takes too long.
    """
    ask = open_judge(model, results.about["answerer"], url)
    instructions = _PROMPT.read_text(encoding="utf-8")
    by_id = {case.case.id: case for case in cases}
    answered = [result for result in results.cases if result.answer is not None and result.id in by_id]
    if not answered:
        raise EvalsError("The run has no answers to judge. Run it with --suite answers or --suite all.")
    given: list[Opinion] = []
    unread: list[Unread] = []
    for done, result in enumerate(answered, 1):
        text = ask(instructions, material(by_id[result.id], result))
        reply = _read(text)
        if reply is None:
            unread.append(Unread(result.id, text))
        else:
            ruling = Ruling(reply.correct, reply.grounded)
            given.append(Opinion(result.id, ruling, measured(result), reply.reason))
        progress("judge", done, len(answered))
    return Opinions(model, TEMPERATURE, digest_of(instructions), tuple(given), tuple(unread))


def measured(result: CaseResult) -> Ruling:
    """Returns what the metrics say of an answer."""
    correct, unsupported = result.value("correct"), result.value("unsupported")
    return Ruling(
        correct=None if correct is None else correct == 1.0,
        grounded=None if unsupported is None else unsupported == 0.0,
    )


def material(case: GoldCase, result: CaseResult) -> str:
    """Returns what the judge sees of a case: data between two tags that nothing in it can forge."""
    answer = result.answer or {"sentences": [], "citations": []}
    seen = {
        "question": result.question,
        "gold": [list(dict.fromkeys(place.text for place in places)) for places in case.case.gold],
        "facts": [[*fact.ko, *fact.en] for fact in case.case.facts],
        "answer": [_sentence(n, said, answer["citations"]) for n, said in enumerate(answer["sentences"], 1)],
    }
    # In JSON "<" stands in strings only, where its escape means the same: no answer can write a tag.
    data = json.dumps(seen, ensure_ascii=False, indent=1).replace("<", "\\u003c")
    return f"{OPENING}\n{data}\n{CLOSING}"


def _sentence(number: int, said: Mapping[str, Any], citations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    cites = [citations[i]["quote"] for i in said["citations"]]
    return {"n": number, "says": said["text"], "cites": cites, "remark": said["remark"]}


def _read(text: str) -> _Reply | None:
    """Reads a reply: one JSON object, fenced or not; None for anything else, for a guess is no opinion."""
    fenced = _FENCED.fullmatch(text.strip())
    try:
        return _Reply.model_validate_json(fenced[1] if fenced else text)
    except ValidationError:
        return None
