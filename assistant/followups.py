"""A follow-up to a question that stands alone, by what the turns before it named.

    람다가 뭐야?                        그럼 요금은?      람다 요금은?
    EBS는 여러 서버가 같이 써?             그럼 EFS는?       EFS는 여러 서버가 같이 써?
    람다가 뭐야? EC2가 뭐야?               둘의 차이는?      람다와 EC2의 차이는?
    What is EC2?                       is it cheap?     is EC2 cheap?

Wording alone (`leaning.py`) decides whether a question is taken for a follow-up: it opens as one, points
back, leaves out what it is about, or names nothing. What was carried over is part of the answer, for
people to undo.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.leaning import (
    AMONG,
    ASPECTS,
    COMPARING_TO,
    ENGLISH_FRAGMENT,
    ENGLISH_IT,
    FRAGMENT,
    IT,
    JOINED,
    ONE,
    OPENING,
    PAIR,
    PROPERTIES,
    THERE,
)
from assistant.particles import before_particle, with_particle
from assistant.question import ASKING_WORDS, NumberKind, understand
from assistant.turns import Turn
from index.language.morphemes import Morpheme
from index.opened import Index
from index.search import NamedThing, read_question
from index.terms import stem
from index.text import has_hangul, normalise, squeeze

_ONLY_ASKING = ASKING_WORDS | frozenset(map(stem, "왜 어떻게 이유 why how reason that is so come".split()))

_PHRASE_TAGS = ("NNG", "NNP", "NNB", "NR", "SL", "SN", "SH", "XPN", "XSN", "XR", "MM", "SW", "SO", "SP")
"""Kiwi's tags of what a noun phrase is made of."""

_MEASURES: frozenset[NumberKind | None] = frozenset({"year", "share", "time", "size"})
"""Numbers that say what is asked of a thing: `최대 몇 분이야?` after `람다 요금은?` is not about its price."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question in the light of the turns before it.

    Attributes:
        question: The question that is searched and answered.
        carried: What was taken over from earlier turns, as people call it; empty where nothing was.
    """

    question: str
    carried: str = ""


def resolve(index: Index, question: str, history: Sequence[Turn]) -> FollowUp:
    """Returns what a question asks for in the light of the turns before it.

    Args:
        index: The open index, refreshed and locked by the caller.
        question: The question as asked.
        history: The turns before it, oldest first; their questions stand alone.
    """
    text = understand(question).text
    said = [turn.question for turn in history if turn.question.strip()]
    if not text or not said:
        return FollowUp(text)
    bare = OPENING.sub("", text) or text
    opened = bare != text
    before = _Before(index, said)
    own = _things(index, bare)
    if not before.subject:
        leans = not own and _is_short(index, bare) and (opened or not _has_subject(index, bare))
        return FollowUp(f"{before.last} {bare}", before.last) if leans else FollowUp(bare)
    pointed = _pointing(bare, before)
    if pointed is not None:
        return pointed
    if _is_fragment(bare, opened):
        return _completed(index, bare, own, before)
    if _asks_only(index, bare) and understand(bare).number not in _MEASURES:
        return FollowUp(f"{before.last} {bare}", before.subject)
    if not own or (len(own) == 1 and COMPARING_TO.search(bare)):
        return _prefixed(bare, before.subject)
    return FollowUp(bare)


class _Before:
    """What the earlier questions were about.

    Attributes:
        last: The last question, which stands alone.
        subject: What it is about, else the nearest one before that names anything; a noun phrase, empty
            where no question names anything.
    """

    def __init__(self, index: Index, said: Sequence[str]) -> None:
        self.index, self.said = index, said
        self.last = normalise(said[-1])
        self.subject = ""
        for text in map(normalise, reversed(said)):
            if things := _things(index, text):
                self.subject = _subject(index, text, things)
                break

    def pair(self) -> str:
        """The last two different things that were asked about: of one question, else of the last two."""
        labels: list[str] = []
        for text in map(normalise, reversed(self.said)):
            own = [thing.label for thing in reversed(_things(self.index, text))]
            labels += [label for label in own if label not in labels]
            if len(labels) > 1:
                break
        both = labels[:2][::-1]
        if len(both) < 2:
            return ""
        korean = has_hangul(self.last) or has_hangul(self.said[0])
        return f"{with_particle(both[0], '과/와')} {both[1]}" if korean else " and ".join(both)


def _things(index: Index, text: str) -> list[NamedThing]:
    """The things of their own that a question names, not mere aspects of things.

    In a small vault an aspect may be the heading of one note only, as if it were a thing.
    """
    named = (thing for thing in read_question(index, text).things if not thing.is_property)
    return [thing for thing in named if thing.entry is not None or squeeze(thing.label) not in ASPECTS]


def _together(text: str, things: Sequence[NamedThing]) -> list[NamedThing]:
    """The first thing that is named and those that are joined to it: `S3와 EBS`."""
    head = list(things[:1])
    for thing in things[1:]:
        between = text[head[-1].end : thing.start]
        if not between.strip() or JOINED.match(between):
            head.append(thing)
    return head


def _subject(index: Index, text: str, things: Sequence[NamedThing]) -> str:
    """The noun phrase around the things a question is about: `EMR 클러스터 노드` of `EMR 클러스터 노드 종류가 뭐야?`."""
    head = _together(text, things)
    start, end = head[0].start, head[-1].end
    if has_hangul(text):
        end = _phrase_end(index.reader.morphemes.read(text), end)
    return text[start:end].strip()


def _phrase_end(morphemes: Sequence[Morpheme], end: int) -> int:
    """Where the noun phrase ends whose last thing ends here; what only asks is no part of it."""
    for found in morphemes:
        if found.start < end:
            continue
        asks = found.form in _ONLY_ASKING or found.form in PROPERTIES
        if found.tag not in _PHRASE_TAGS or asks or found.start > end + 1:
            break
        end = found.end
    return end


def _pointing(text: str, before: _Before) -> FollowUp | None:
    """The question with what points back replaced by what it points to; None where nothing does."""
    korean = has_hangul(text)
    if (match := PAIR.search(text)) and (pair := before.pair()):
        after = (match["after"] or "") if korean else ""
        named = pair + (after if not korean or after.strip() in ("의", "") else " 둘" + after)
        if not korean and match[0].casefold().startswith("which"):
            return FollowUp(f"{text[: match.start()]}{match[0]} ({pair}){text[match.end() :]}", pair)
        return FollowUp(text[: match.start()] + named + text[match.end() :], pair)
    subject = before.subject
    if match := AMONG.search(text):
        return FollowUp(f"{text[: match.start()]}{subject} 중에{text[match.end() :]}", subject)
    if match := THERE.search(text):
        return FollowUp(text[: match.start()] + subject + text[match.end() :], subject)
    for pattern, particle in IT:
        if match := pattern.search(text):
            named = with_particle(subject, particle) if particle else subject
            return FollowUp(text[: match.start()] + named + text[match.end() :], subject)
    if korean:
        return None
    for pattern, template in ENGLISH_IT:
        if match := pattern.search(text):
            named = template.format(subject)
            return FollowUp(text[: match.start()] + named + text[match.end() :], subject)
    return FollowUp(f"{subject}: {text}", subject) if ONE.search(text) else None


def _is_fragment(text: str, opened: bool) -> bool:
    """Whether a question leaves out what it asks: `요금은?`, `and coming in?`."""
    if has_hangul(text):
        return FRAGMENT.search(text) is not None and len(text.split()) <= 4
    bare = ENGLISH_FRAGMENT.sub("", text)
    return bare != text or (opened and len(bare.split()) <= 3)


def _completed(index: Index, text: str, own: Sequence[NamedThing], before: _Before) -> FollowUp:
    """A fragment made whole: other things take the place of the last ones, an aspect is one of them.

    One that says of what it asks, as `S3 요금은?` does, is whole already.
    """
    topic = FRAGMENT.sub("", ENGLISH_FRAGMENT.sub("", text).rstrip(" ?？")).rstrip(" ?？")
    last = _things(index, before.last)
    others = _together(text, own)
    named_only = others and others[0].start == 0 and len(topic) <= others[-1].end + 1
    unnamed = len(topic.split()) == 1 and has_hangul(topic) and squeeze(topic) not in ASPECTS
    if last and (named_only or (len(last) > 1 and unnamed)):
        old = _together(before.last, last) if len(others) > 1 else last[-1:]
        rest = before.last[old[-1].end :]
        question = before.last[: old[0].start] + before_particle(topic, rest)
        return FollowUp(question, question)
    if any(thing.entry is not None for thing in own) and not (len(own) == 1 and COMPARING_TO.search(text)):
        return FollowUp(text)
    return _prefixed(ENGLISH_FRAGMENT.sub("", text), before.subject)


def _prefixed(text: str, subject: str) -> FollowUp:
    if has_hangul(text) or has_hangul(subject):
        return FollowUp(f"{subject} {text}", subject)
    return FollowUp(f"{subject}: {text}", subject)


def _asks_only(index: Index, text: str) -> bool:
    """Whether a question holds nothing but words of asking: `왜?`, `why is that?`."""
    terms = index.reader.terms(text)
    return all(term.rstrip("-") in _ONLY_ASKING for term in terms)


def _has_subject(index: Index, text: str) -> bool:
    """Whether a question has a noun of its own that is no mere aspect, though no note is about it."""
    if not has_hangul(text):
        return False
    nouns = [found.form for found in index.reader.morphemes.read(text) if found.tag in ("NNG", "NNP", "SL")]
    return any(noun not in _ONLY_ASKING and noun not in ASPECTS for noun in nouns)


def _is_short(index: Index, text: str) -> bool:
    return len(text.split()) <= 3 or _asks_only(index, text)
