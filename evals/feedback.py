"""Draft cases from what readers disliked; a person has to finish each before it counts.

A thumbs-down says that the answer was wrong, not what is right. So the cited places go into the
draft as candidates, and the extra key `review` makes the strict loader refuse the line until
someone has looked at the notes and taken the key out.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from assistant.drafting.points import point
from assistant.drafting.rows import case_row
from assistant.feedback import CitedPlace, Feedback, read_feedback
from assistant.question import Question, understand
from assistant.settings import Settings
from evals.cases import Kind
from evals.errors import CasesError
from evals.vault import Vault, read_vault
from index.reading.markup import plain_text
from index.text import has_hangul, normalise

REVIEW = (
    "thumbs-down at {time}. Check kind, gold (what the disliked answer cited, not what is right) and "
    "facts against the notes; then remove this key."
)
REVIEW_NO = (
    "thumbs-down at {time}, without a place to start from: the answer said no, or the notes have changed. "
    "If they have it, write gold and facts; if not, make it kind absent or near_miss; then remove this key."
)
_SAID = {
    "wrong": "something in it is wrong",
    "missing": "something is missing",
    "source": "the source does not say it",
    "noted": "the notes have it",
    "other": "something else was asked",
}
"""Readers' reasons, as the reviewer reads them."""

_MAX_CANDIDATES = 8


def draft_cases(settings: Settings, out: Path) -> int:
    """Adds a draft for each disliked answer whose question is not in `out` yet, and returns how many.

    Args:
        settings: Whose feedback, over which notes.
        out: A file of one draft a line; made if it is not there.

    Raises:
        CasesError: The file can't be read or written, or has a line that is no JSON.
        FeedbackError: The feedback can't be read.
    """
    disliked = list(_disliked(read_feedback(settings.feedback_folder()).entries, _asked(out)))
    if not disliked:
        return 0
    vault = read_vault(settings.notes_folder())
    lines = [json.dumps(draft_of(feedback, vault), ensure_ascii=False) for feedback in disliked]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("a", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write("".join(f"{line}\n" for line in lines))
    except OSError as error:
        raise CasesError(
            f"{out} can't be written: {error.strerror}. Name another file with --out."
        ) from error
    return len(lines)


def draft_of(feedback: Feedback, vault: Vault) -> dict[str, Any]:
    """Returns the draft of one disliked answer: a case with the key `review`, which no loader takes."""
    kind = guess_kind(understand(feedback.question))
    places = list(_places(feedback.citations, vault))[:_MAX_CANDIDATES]
    # What is listed must be there whole; of other answers any place may be the right one.
    gold = (
        [[place] for place in places] if kind in ("list", "steps", "compare") else [places] if places else []
    )
    facts = [_fact(place["text"] for place in need) for need in gold]
    review = (REVIEW if places else REVIEW_NO).format(time=feedback.time)
    return {**case_row(kind, normalise(feedback.question), gold, facts), "review": review + _why(feedback)}


def _why(feedback: Feedback) -> str:
    """What the reader said about it, for the reviewer."""
    said = [_SAID.get(feedback.reason, ""), f"“{feedback.comment}”" if feedback.comment else ""]
    return f" The reader says: {', '.join(filter(None, said))}." if any(said) else ""


def guess_kind(question: Question) -> Kind:
    """Returns the kind of case that a question most likely is.

    >>> guess_kind(understand("람다 최대 실행 시간은 몇 분이야?")), guess_kind(understand("S3랑 EBS 차이는?"))
    ('value', 'compare')
    """
    match question.asks:
        case "where":
            return "value"
        case "passage":
            return "recommend"
        case kind:
            return kind


def _disliked(entries: Iterable[Feedback], asked: set[str]) -> Iterator[Feedback]:
    """The last thumb for each question, where it is down and the question is new."""
    last = {normalise(entry.question): entry for entry in entries}
    return (
        entry for question, entry in last.items() if not entry.liked and question and question not in asked
    )


def _asked(out: Path) -> set[str]:
    """The questions that the file has, reviewed or not."""
    asked: set[str] = set()
    try:
        text = out.read_text(encoding="utf-8") if out.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise CasesError(f"{out} can't be read: {error}. Name another file with --out.") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                asked.add(normalise(json.loads(line)["turns"][-1]))
            except (ValueError, LookupError, TypeError) as error:
                raise CasesError(f"{out.name} line {number} is no case. Mend or delete it.") from error
    return asked


def _places(citations: Iterable[CitedPlace], vault: Vault) -> Iterator[dict[str, Any]]:
    """The cited sentences as the notes have them now; what was only a heading, or has gone, is left out."""
    for cited in citations:
        text = _sentence(cited, vault)
        if vault.find(cited.note, cited.headings, text) is not None:
            yield {"note": cited.note, "headings": list(cited.headings), "text": text}


def _sentence(cited: CitedPlace, vault: Vault) -> str:
    """What was cited, without markup: the sentence of the note, else the quote as it can be read alone."""
    note = vault.notes.get(cited.note)
    if note is not None and note.text[cited.start : cited.end] == cited.quote:
        for block in note.blocks:
            for sentence in block.sentences:
                if (sentence.start, sentence.end) == (cited.start, cited.end):
                    return sentence.text
    return plain_text(cited.quote)


def _fact(texts: Iterable[str]) -> dict[str, list[str]]:
    forms = list(dict.fromkeys(point(text) for text in texts))
    return {"ko": [f for f in forms if has_hangul(f)], "en": [f for f in forms if not has_hangul(f)]}
