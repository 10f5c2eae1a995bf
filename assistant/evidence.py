"""Do the notes answer this? What a question asks for, held against what a passage says; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.paraphrases import PARAPHRASES
from assistant.question import ASKING_WORDS, GENERIC_WORDS
from index.search import Hit, Retrieval, Unit
from index.text import has_hangul

FULL_COVERAGE = 0.75
"""A passage that holds this share of what is asked answers it, whatever its vector says."""

HALF_COVERAGE = 0.5
NEAR = 2.5
"""A passage that holds less must at least be this near: standard deviations of the question's
cosine above its mean over the whole index, so that the number means the same for every model."""

LITTLE_COVERAGE = 0.2
VERY_NEAR = 3.2

BLIND_NEAR = 2.7
BLIND_ALONE = 3.0
"""How near a Korean passage must be to an English question whose words can't be looked for in it:
with the named things covered, and without any."""

SHOWN_NEAR = 3.5
"""So near a passage is worth a look that holds no word of the question. Of the dev cases that are refused
though the notes answer them, none loses a note that answers by this, and one question in three about
something else altogether is no longer offered any."""

_KIND_WEIGHT = {"thing": 1.0, "concept": 1.0, "name": 1.0, "noun": 0.8, "word": 0.5, "verb": 0.3}
"""How much a unit of a kind tells beside its rarity: people paraphrase verbs, hardly ever names."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well a passage answers: the share of the asked covered, and how near its vector is.

    `blind` where words of the question are in another language than the passage.
    """

    coverage: float
    nearness: float
    blind: bool = False

    @property
    def answers(self) -> bool:
        """Whether this is enough to answer rather than to abstain."""
        return self.strength >= 1

    @property
    def strength(self) -> float:
        """How far the evidence reaches towards what an answer needs: 1 is just enough."""
        if self.blind:
            return self.nearness / (BLIND_NEAR if self.coverage >= HALF_COVERAGE else BLIND_ALONE)
        return max(
            self.coverage / FULL_COVERAGE,
            min(self.coverage / HALF_COVERAGE, self.nearness / NEAR),
            min(self.coverage / LITTLE_COVERAGE, self.nearness / VERY_NEAR),
        )


NOTHING = Evidence(0.0, 0.0)


def asked(retrieval: Retrieval) -> list[Unit]:
    """Returns what a passage must hold: the question's units without words of asking.

    A question made only of general words (`AWS 서비스 종류`) is about those.
    """
    telling = _telling(retrieval)
    special = [u for u in telling if u.term.rstrip("-") not in GENERIC_WORDS]
    return [_with_paraphrases(unit) for unit in special or telling]


def _with_paraphrases(unit: Unit) -> Unit:
    """A word is covered by another that says the same: `비용` by `요금`."""
    if unit.thing is not None:
        return unit
    others = sorted(PARAPHRASES.get(unit.term, frozenset()) - {unit.term})
    return replace(unit, alternatives=(*unit.alternatives, *(frozenset({word}) for word in others)))


def _telling(retrieval: Retrieval) -> list[Unit]:
    return [u for u in retrieval.units if u.term.rstrip("-") not in ASKING_WORDS]


def names_only(units: Iterable[Unit]) -> list[Unit]:
    """Returns the units that are names, which a passage in another language holds as well."""
    return [unit for unit in units if unit.kind in ("thing", "concept", "name")]


def unit_weight(unit: Unit) -> float:
    """Returns how much a unit tells of what is asked."""
    return unit.weight * _KIND_WEIGHT[unit.kind]


def coverage(units: Iterable[Unit], terms: frozenset[str]) -> float:
    """Returns the share of the units' weight that a passage with these terms covers, 0 to 1."""
    total = covered = 0.0
    for unit in units:
        weight = unit_weight(unit)
        total += weight
        covered += weight * unit.covered_by(terms)
    return covered / total if total else 0.0


def weigh(hit: Hit, retrieval: Retrieval, units: Sequence[Unit]) -> Evidence:
    """Returns how well a hit answers a question.

    Of an English question, only names can be looked for in a Korean passage without a companion;
    its words are left to the vectors.
    """
    subjects = [unit for unit in units if unit.thing is not None and unit.frequency]
    if subjects and not any(unit.covered_by(hit.terms) for unit in subjects):
        return NOTHING
    nearness = _nearness(hit, retrieval)
    if not hit.bilingual and has_hangul(hit.chunk.body) and not any(has_hangul(u.text) for u in units):
        known = names_only(units)
        return Evidence(coverage(known, hit.terms), nearness, blind=len(known) < len(units))
    return Evidence(coverage(units, hit.terms), nearness)


def is_near(hit: Hit, retrieval: Retrieval, units: Iterable[Unit]) -> bool:
    """Says whether a passage is worth a look though it does not answer.

    It holds a word that was asked for, or its vector is really near. A verb is no such word: something is
    made (`만들다`) in every second note.
    """
    shared = any(unit.kind != "verb" and unit.covered_by(hit.terms) for unit in units)
    return shared or _nearness(hit, retrieval) >= SHOWN_NEAR


def _nearness(hit: Hit, retrieval: Retrieval) -> float:
    """How near a passage's vector is, in standard deviations of the question's cosine over the index."""
    mean, deviation = retrieval.background
    return (hit.similarity - mean) / deviation if deviation else 0.0


def unknown_names(retrieval: Retrieval) -> list[str]:
    """Returns the names asked for that no note of the vault has: reason enough to say no."""
    return [
        unit.text
        for unit in asked(retrieval)
        if not unit.frequency
        and (unit.kind == "thing" or (unit.kind == "name" and _is_written_as_name(unit)))
    ]


def _is_written_as_name(unit: Unit) -> bool:
    """Whether a Latin word in a Korean question is a name: `BigQuery` is one, `sync` and `vs` are words."""
    return len(unit.text) > 1 and any(ch.isupper() or ch.isdigit() for ch in unit.text)


def unknown_nouns(retrieval: Retrieval) -> list[str]:
    """Returns the Hangul nouns and the concepts asked for that no note of the vault has."""
    return [unit.text for unit in asked(retrieval) if _is_unknown_noun(unit, retrieval)]


def unknown_focus(retrieval: Retrieval) -> bool:
    """Whether the noun that the question ends on is in no note: `쿠버네티스 파드가 뭐야?`."""
    units = _telling(retrieval)
    return bool(units) and _is_unknown_noun(_with_paraphrases(units[-1]), retrieval)


def _is_unknown_noun(unit: Unit, retrieval: Retrieval) -> bool:
    """Whether a noun is in no note, and what was found has no other word for it."""
    if unit.kind not in ("noun", "concept") or unit.frequency:
        return False
    return not any(unit.covered_by(hit.terms) for hit in retrieval.hits)


def unknown(retrieval: Retrieval) -> list[str]:
    """Returns what to name when saying no: names that no note has, else the noun in question."""
    names = unknown_names(retrieval)
    known = any(unit.frequency for unit in names_only(asked(retrieval)))
    if names or not known:
        return names or unknown_nouns(retrieval)
    return unknown_nouns(retrieval)[-1:] if unknown_focus(retrieval) else []
