"""What to ask next: about the sections near those that an answer came from.

places -> their sections, the ones after them, the ones before -> a question about each
       -> those that the notes answer with something new
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answers import Answer
from assistant.drafting.words import (
    is_aspect,
    is_thing_name,
    list_question,
    lists_by_title,
    promises_steps,
    short_name,
    steps_question,
    subject_of,
    what_is_question,
    why_question,
)
from assistant.particles import with_particle
from index.notes import Note
from index.opened import Index
from index.text import has_hangul, squeeze

Place = tuple[str, int]
"""The path of a note, and a character of its text."""

_QUESTION = re.compile(
    r"(?:[?？]|[가-힣]까|[는은인]가|[나까]요)\s*$|^(?:언제|어떻게|무엇[을이]|어디에?|누가) "
)

_VAGUE = re.compile(
    r"(?:하기|쓰기|들기|보기|두기|르기|리기|예시|예제|용어|목록|정리|비교)$|^(?:terms|examples?)\b",
    re.IGNORECASE,
)
"""Titles that are no thing to ask about."""

_TRIED = 8
"""So many questions are tried at most."""


def suggested(
    candidates: Iterator[str], answered: Callable[[str], Answer], known: Sequence[str], count: int
) -> list[str]:
    """Returns the first questions that the notes answer, each from a place of its own.

    Args:
        candidates: Questions, the most fitting first.
        answered: Answers a question.
        known: What was asked already.
        count: Most questions.
    """
    said = {squeeze(question) for question in known}
    seen: set[str] = set()
    found: list[str] = []
    for _, question in zip(range(_TRIED), candidates, strict=False):
        if squeeze(question) in said:
            continue
        said.add(squeeze(question))
        answer = answered(question)
        quotes = {citation.quote for citation in answer.citations}
        if answer.abstained or not quotes - seen:
            continue
        seen |= quotes
        found.append(question)
        if len(found) == count:
            break
    return found


@dataclass(frozen=True, slots=True)
class Cited:
    """A note that an answer cites.

    Attributes:
        note: The note.
        starts: The characters of its text that are cited.
        spoken: It in the language to ask in, section by section the same: itself, or its companion.
    """

    note: Note
    starts: Sequence[int]
    spoken: Note

    @property
    def title(self) -> str:
        """What the note is called; a companion's file name is no title, and one in another language none to ask by."""
        title = self.spoken.title.removesuffix(".en")
        if self.spoken is self.note or not has_hangul(title):
            return title
        return next((short_name(s.title) for s in self.spoken.sections if s.level == 1), title)


def cited_notes(index: Index, places: Sequence[Place], *, korean: bool) -> list[Cited]:
    """Returns the notes of some places, the most cited first; those that the index has not are left out."""
    starts: dict[str, list[int]] = {}
    for path, start in places:
        starts.setdefault(path, []).append(start)
    cited = list[Cited]()
    for path in sorted(starts, key=lambda path: -len(starts[path])):
        note = index.note(path)
        companion = None if korean else index.companion(path)
        if note is not None:
            cited.append(Cited(note, starts[path], companion or note))
    return cited


def candidates(cited: Sequence[Cited], korean: bool) -> Iterator[str]:
    """Yields questions about the sections near cited places, of each note in turn.

    Args:
        cited: The notes, the most cited first.
        korean: Whether to ask in Korean.
    """
    queues = [_near(one, korean) for one in cited]
    while queues:
        for queue in list(queues):
            question = next(queue, None)
            if question is None:
                queues.remove(queue)
            else:
                yield question


def _near(one: Cited, korean: bool) -> Iterator[str]:
    """Questions about the sections of a note that nothing is cited of: those after the cited ones first."""
    numbers = range(len(one.note.sections))
    cited = {number for number in numbers if _holds(one.note, number, one.starts)}
    last = max(cited, default=-1)
    for number in sorted(set(numbers) - cited, key=lambda number: (number < last, abs(number - last))):
        question = question_about(one.spoken.sections[number].headings, one.title, korean=korean)
        if question:
            yield question


def _holds(note: Note, section: int, starts: Sequence[int]) -> bool:
    """Whether any of these characters stands in a section itself, its title included."""
    own = [(block.start, block.end) for block in note.blocks if block.section == section]
    titled = (note.sections[section].start, note.sections[section].end)
    return any(start <= at < end for at in starts for start, end in (titled, *own))


def question_about(headings: Sequence[str], title: str, *, korean: bool) -> str:
    """Returns a question that a section with this heading path answers; empty where none is sure to fit.

    >>> question_about(("AWS Lambda", "트리거"), "람다", korean=True)
    '트리거가 뭐야?'
    >>> question_about(("Elastic Block Store", "특징"), "EBS", korean=True)
    'EBS 특징에는 어떤 것들이 있어?'
    """
    if not headings:
        return ""
    heading = headings[-1]
    if not korean and has_hangul(heading):
        return ""
    # The first heading is the title in other words; people call a thing by its title.
    above = headings[-2] if len(headings) > 2 else title
    subject = subject_of(heading, above)
    name = short_name(heading)
    if _QUESTION.search(heading):
        return f"{heading.rstrip('?？ ')}?"
    if why := why_question(heading) if korean else "":
        return why
    if promises_steps(heading):
        return steps_question(heading, subject, korean)
    if lists_by_title(heading):
        return list_question(heading, subject, korean)
    if is_aspect(heading):
        asked = f"{subject} {name}"
        about = (
            f"{with_particle(asked, '은/는')}?" if korean else f"What about the {name.lower()} of {subject}?"
        )
        return about if subject else ""
    if not is_thing_name(heading) or _VAGUE.search(name):
        return ""
    return what_is_question(name, 0 if korean else -1, korean)
