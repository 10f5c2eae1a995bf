"""The system with one part turned off at a time: what the gate has to notice."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

import assistant.extract
import index.ranking.wording
import index.search
import index.text
from assistant.evidence import Evidence
from evals.systems import Setup
from index.chunks import Chunk
from index.notes import Note
from index.ranking.bm25 import Matches
from index.reading.names import Name
from index.terms import TermReader

Break = Callable[[pytest.MonkeyPatch, Setup, Path], Setup]
"""Turns a part off and returns what to run with: the same index, or a folder for one of its own."""


def _weigh(patch: pytest.MonkeyPatch, **weights: object) -> None:
    patch.setattr(index.search, "DEFAULT_FUSION", replace(index.search.DEFAULT_FUSION, **cast(Any, weights)))


def particles(patch: pytest.MonkeyPatch, setup: Setup, work: Path) -> Setup:
    """Words are cut at spaces: `S3는` and `람다가` are words of their own, and no name is found in them."""

    def placed_terms(self: TermReader, text: str) -> list[tuple[int, str]]:
        return [(m.start(), m.group()) for m in re.finditer(r"\w+", index.text.normalise(text).casefold())]

    patch.setattr(TermReader, "placed_terms", placed_terms)
    patch.setattr(TermReader, "names", lambda self, text, known: [])
    return replace(setup, work=work, reader=TermReader(setup.reader.glossary))


def lexical_leg(patch: pytest.MonkeyPatch, setup: Setup, work: Path) -> Setup:
    """No word is looked up; places that carry the name of a thing are not preferred either."""
    _weigh(patch, lexical_weight=0.0, name_bonus=0.0, phrase_bonus=0.0)
    patch.setattr(
        index.ranking.wording,
        "match",
        lambda snapshot, *_: Matches(*np.zeros((2, snapshot.count), np.float32)),
    )
    return setup


def dense_leg(patch: pytest.MonkeyPatch, setup: Setup, work: Path) -> Setup:
    """No vector is looked up or compared."""
    _weigh(patch, dense_weight=0.0)
    patch.setattr(index.search, "nearest", lambda *_: (np.zeros(0, np.int32), np.zeros(0, np.float32)))
    return setup


def heading_context(patch: pytest.MonkeyPatch, setup: Setup, work: Path) -> Setup:
    """A passage is known by its body alone, without title and headings."""
    patch.setattr(Chunk, "passage", property(lambda self: self.body or "-"))
    _weigh(
        patch,
        field_weights=(0.0, 0.0, 1.0),
        phrase_weights=(0.0, 0.0, 1.0),
        heading_margin=1e9,
        phrase_margin=1e9,
        name_bonus=0.0,
        phrase_bonus=0.0,
    )
    return replace(setup, work=work)


def nfc(patch: pytest.MonkeyPatch, setup: Setup, work: Path) -> Setup:
    """Text is taken as it comes, composed or decomposed."""
    patch.setattr(index.text, "unicodedata", SimpleNamespace(normalize=lambda form, text: text))
    return replace(setup, work=work, reader=TermReader(setup.reader.glossary))


def aliases(patch: pytest.MonkeyPatch, setup: Setup, work: Path) -> Setup:
    """A thing has one name: no glossary, no alias, no second spelling in a heading."""

    def only_titles(note: Note) -> list[Name]:
        return [name for name in all_names(note) if name.kind != "alias"]

    all_names = index.reading.names.note_names
    patch.setattr("index.syncing.entries.note_names", only_titles)
    patch.setattr(index.reading.names, "spellings", lambda label: [label])
    return replace(setup, work=work, reader=TermReader(()))


def abstention(patch: pytest.MonkeyPatch, setup: Setup, work: Path) -> Setup:
    """Every question is answered with the best there is."""
    patch.setattr(Evidence, "answers", True)
    patch.setattr(assistant.extract, "confidence", lambda *_: 1.0)
    patch.setattr(assistant.extract, "asks_for_unknown", lambda inquiry: False)
    return setup


def citation_check(patch: pytest.MonkeyPatch, setup: Setup, work: Path) -> Setup:
    """Whatever is said counts as proved."""
    patch.setattr("assistant.verify.verdict", lambda *_: "supported")
    return setup
