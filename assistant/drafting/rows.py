"""Drafts of eval cases, read off the structure of notes; a person keeps the good ones.

    `EBS: 블록 스토리지 서비스`, `### EBS (Elastic Block Store)`, callouts    EBS가 뭐야?
    `## 볼륨 유형` over items, rows or sections that are things             EBS 볼륨 유형에는 뭐가 있어?
    `## 인프라 확장 시나리오` over numbered items                           인프라 확장 시나리오는 어떻게 진행돼?

A draft is a row of the case schema of `evals/cases.py`, as a dict. Gold is copied from the notes,
character for character; facts are short forms cut out of it, so that every row loads as it is.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, zip_longest
from typing import Any

from assistant.drafting.absent import absent_questions
from assistant.drafting.finders import Draft, Said, Source, found_drafts
from assistant.drafting.points import element, point
from assistant.drafting.words import what_is_question
from index.text import has_hangul, normalise, squeeze

_MAX_PLACES = 6
"""Alternative places of one definition; more would make nearly anything right."""

_SHARED = 3
"""A heading in more notes than this is an aspect of many things, not a thing."""

_ENGLISH_EVERY = 3
"""Every so many definitions with an English companion are asked in English."""

_ABSENT = 4
"""Questions of a kind that the notes do not answer."""


def draft_rows(sources: Sequence[Source], limit: int) -> list[dict[str, Any]]:
    """Returns at most `limit` drafts: the notes in turn, then some of what no note mentions.

    Args:
        sources: The notes, each with its companion.
        limit: Most rows.
    """
    aspects = _aspects(sources)
    drafts = [list(found_drafts(source, aspects)) for source in sources]
    definitions = _joined(chain.from_iterable(drafts))
    others = [[draft for draft in found if draft.kind != "what_is"] for found in drafts]
    by_note = [
        _alternating(definitions.get(s.note.path, []), o) for s, o in zip(sources, others, strict=True)
    ]
    present = [_row(draft) for draft in _in_turn(by_note)]
    if not present:
        return []
    names = [draft.name for found in definitions.values() for draft in found if draft.rank > 1]
    absent = _absent_rows(sources, names)[: limit // 4]
    return [*_distinct(present)[: limit - len(absent)], *absent]


def _aspects(sources: Iterable[Source]) -> frozenset[str]:
    """Keys of headings that many notes share: what they name belongs to other things."""
    holders: dict[str, set[str]] = {}
    for source in sources:
        for section in source.note.sections:
            holders.setdefault(squeeze(section.title), set()).add(source.note.path)
    return frozenset(key for key, notes in holders.items() if len(notes) > _SHARED)


def _joined(drafts: Iterable[Draft]) -> dict[str, list[Draft]]:
    """Definitions by note, each thing once: its surest places in all notes are alternatives."""
    groups: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.kind == "what_is":
            group = next((groups[key] for key in draft.keys if key in groups), [])
            group.append(draft)
            groups |= dict.fromkeys(draft.keys, group)
    found: dict[str, list[Draft]] = {}
    for turn, group in enumerate({id(group): group for group in groups.values()}.values()):
        draft = _merged(group, turn)
        found.setdefault(draft.needs[0][0].note, []).append(draft)
    return {note: sorted(group, key=lambda draft: -draft.rank) for note, group in found.items()}


def _merged(group: Sequence[Draft], turn: int) -> Draft:
    best = [draft for draft in group if draft.rank == max(d.rank for d in group)]
    places = tuple(dict.fromkeys(said for draft in best for (said,) in draft.needs))[:_MAX_PLACES]
    english = best[0].english_name if turn % _ENGLISH_EVERY == 0 else ""
    korean = has_hangul(best[0].name + places[0].text) and not english
    question = what_is_question(english or best[0].name, turn // _ENGLISH_EVERY if english else turn, korean)
    return replace(best[0], question=question, needs=(places,))


def _alternating(definitions: Sequence[Draft], others: Sequence[Draft]) -> list[Draft]:
    return [d for pair in zip_longest(definitions, others) for d in pair if d is not None]


def _in_turn(by_note: Sequence[Sequence[Draft]]) -> list[Draft]:
    """The first of every note, then the second of every note, and so on."""
    return [draft for layer in zip_longest(*by_note) for draft in layer if draft is not None]


def _distinct(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(normalise(row["turns"][0]), row)
    return list(found.values())


def _absent_rows(sources: Sequence[Source], names: Sequence[str]) -> list[dict[str, Any]]:
    """Questions for the owner to check: no note has the words they turn on."""
    texts = [note.text for source in sources for note in (source.note, source.twin) if note]
    korean = has_hangul("".join(source.note.text for source in sources))
    return [case_row(kind, text, [], []) for kind, text in absent_questions(texts, names, korean, _ABSENT)]


def _row(draft: Draft) -> dict[str, Any]:
    gold = [[said.place() for said in need] for need in draft.needs]
    return case_row(draft.kind, draft.question, gold, [_fact(draft.kind, need) for need in draft.needs])


def _fact(kind: str, need: Sequence[Said]) -> dict[str, list[str]]:
    """What must be said of a need, in a form for each of its places."""
    listed = kind == "list"
    forms = [element(said.text, said.lead) if listed else point(said.text) for said in need]
    english = [element(said.english) if listed else point(said.english) for said in need if said.english]
    ko, en = (forms, english) if english or has_hangul(need[0].text) else ([], forms)
    return {"ko": list(dict.fromkeys(ko)), "en": list(dict.fromkeys(en))}


def case_row(
    kind: str, question: str, gold: list[list[dict[str, Any]]], facts: list[dict[str, list[str]]]
) -> dict[str, Any]:
    """Returns a line of the case schema; its id is made from kind and question, the same ones each time."""
    digest = hashlib.sha256(f"{kind} {normalise(question)}".encode()).hexdigest()[:8]
    return {
        "id": f"{kind.replace('_', '-')}-{digest}",
        "split": "dev",
        "lang": "ko" if has_hangul(question) else "en",
        "kind": kind,
        "turns": [question],
        "rewritten": None,
        "gold": gold,
        "facts": facts,
        "forbid": [],
        "about": [],
        "slices": [],
        "must_pass": False,
    }
