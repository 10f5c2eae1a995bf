"""A follow-up to a question that stands alone, by what the turns before it named.

    람다가 뭐야?                        그럼 요금은?      람다 요금은?
    EBS는 여러 서버가 같이 써?             그럼 EFS는?       EFS는 여러 서버가 같이 써?
    What is Spot? What is On-Demand?   which is cheaper? Spot, On-Demand: which is cheaper?

Wording alone decides whether a question is taken for a follow-up: it opens as one, points back, leaves
out what it is about, or names nothing. What was carried over is part of the answer, for people to undo.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.particles import Particle, with_particle
from assistant.question import ASKING_WORDS, understand
from assistant.turns import Turn
from index.language.morphemes import Morpheme
from index.opened import Index
from index.search import NamedThing, name_things
from index.terms import stem
from index.text import has_hangul, normalise

_KOREAN_START = r"(?<![가-힣A-Za-z0-9])"

_OPENING = re.compile(
    r"^(?:(?:아|음|오|응|네|예|좋아|그래|오케이)[,.\s]+)?(?:그럼|그러면|그렇다면|그리고|근데|그런데|그래서|그러니까|또|그럼요)(?=[,\s])[,\s]*"
    r"|^(?:(?:ok(?:ay)?|so|then|and|but|also|well|right|oh|yes|no|alright|now)[,\s]+)+",
    re.IGNORECASE,
)
_ENGLISH_FRAGMENT = re.compile(
    r"^(?:what about|how about|what of|and|or)\s+|\s+(?:then|too|as well)(?=\s*\??$)", re.IGNORECASE
)

_PAIR = re.compile(
    _KOREAN_START
    + r"(?:(?:그|이) ?)?(?:둘|두 ?(?:개|가지|서비스|방식))(?P<after> ?(?:중에서?|중|다|사이|간|의|은|는|이|가|을|를)?)(?![가-힣]*터)"
    r"|" + _KOREAN_START + r"(?:서로|양쪽)(?=\s)"
    r"|\b(?:which (?:one )?of (?:the two|them)|(?:of )?the two(?: of them)?|both(?: of them)?|either(?: of them)?|between them)\b",
    re.IGNORECASE,
)
_AMONG = re.compile(_KOREAN_START + r"(?:(?:그|이|저) ?중(?:에서|에|엔)?|거기 ?중에)(?:는|도)?")
_THERE = re.compile(_KOREAN_START + r"(?:거기|여기|그곳|그쪽)(?=에|서|엔|는|로|도|\s|$)")
_IT: tuple[tuple[re.Pattern[str], Particle | None], ...] = (
    (re.compile(_KOREAN_START + r"(?:그|이)(?:건|것은|거는|것은)(?![가-힣])"), "은/는"),
    (re.compile(_KOREAN_START + r"(?:그|이)(?:게|것이|거가)(?![가-힣])"), "이/가"),
    (re.compile(_KOREAN_START + r"(?:그|이)(?:걸로|것으로|거로)(?![가-힣])"), "으로/로"),
    (re.compile(_KOREAN_START + r"(?:그|이)(?:걸|것을|거를)(?![가-힣])"), "을/를"),
    (re.compile(_KOREAN_START + r"(?:걔|얘|쟤)(?:는|은)?(?![가-힣])"), "은/는"),
    (re.compile(_KOREAN_START + r"(?:그|이)(?:거|것)"), None),
    (re.compile(_KOREAN_START + r"그(?= [가-힣])"), None),
)
_ENGLISH_IT = re.compile(r"\b(?:it|they|them|this one|that one|this|that|these|those)\b", re.IGNORECASE)
_ENGLISH_ITS = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)
_ENGLISH_THERE = re.compile(r"(?<!is )(?<!are )(?<!was )\bthere\b(?! (?:is|are|any|a)\b)", re.IGNORECASE)
_ONE = re.compile(r"\b(?:which (?:one|ones|kind|type)|the ones?|the other|another)\b", re.IGNORECASE)

_FRAGMENT = re.compile(r"(?:은|는|도|이랑은|랑은)\s*(?:요)?\s*\??$")
_COMPARING_TO = re.compile(
    r"(?:와|과|랑|하고|이랑)(?:은|는)? ?(?:뭐가|어떻게|무엇이|뭐)? ?(?:달라|다르|차이|다른)|\bdiffer|\bcompared? (?:to|with)\b|\bversus\b|\bvs\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"^\s*(?:와|과|이?랑|하고|및|,|&|/|and\b|or\b|vs\b)\s*$", re.IGNORECASE)

_ONLY_ASKING = ASKING_WORDS | frozenset(map(stem, "왜 어떻게 이유 why how reason that is so come".split()))

_PHRASE_TAGS = ("NNG", "NNP", "NNB", "NR", "SL", "SN", "SH", "XPN", "XSN", "XR", "MM", "SW", "SO", "SP")
"""Kiwi's tags of what a noun phrase is made of."""


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
    bare = _OPENING.sub("", text) or text
    opened = bare != text
    before = _Before(index, said)
    own = _things(index, bare)
    if not before.subject:
        leans = not own and _is_short(index, bare)
        return FollowUp(f"{before.last} {bare}", before.last) if leans else FollowUp(bare)
    pointed = _pointing(bare, before)
    if pointed is not None:
        return pointed
    if _is_fragment(bare, opened):
        return _completed(index, bare, own, before)
    if _asks_only(index, bare):
        return FollowUp(f"{before.last} {bare}", before.subject)
    if not own or (len(own) == 1 and _COMPARING_TO.search(bare)):
        return _prefixed(bare, before.subject)
    return FollowUp(bare)


class _Before:
    """What the earlier questions were about.

    Attributes:
        last: The last question, which stands alone.
        things: The things it names, else those of the nearest one before that names any.
        subject: What it is about, as a noun phrase; empty where no question names anything.
    """

    def __init__(self, index: Index, said: Sequence[str]) -> None:
        self.index, self.said = index, said
        self.last = normalise(said[-1])
        self.things: list[NamedThing] = []
        self.subject = ""
        for text in map(normalise, reversed(said)):
            if things := _things(index, text):
                self.things, self.subject = things, _subject(index, text, things)
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
    """The things of their own that a question names, not mere aspects of things."""
    return [thing for thing in name_things(index, text) if not thing.is_property]


def _subject(index: Index, text: str, things: Sequence[NamedThing]) -> str:
    """The noun phrase around the things a question is about: `EMR 클러스터 노드` of `EMR 클러스터 노드 종류가 뭐야?`."""
    head = [things[0]]
    for thing in things[1:]:
        between = text[head[-1].end : thing.start]
        if not between.strip() or _JOINED.match(between):
            head.append(thing)
    start, end = head[0].start, head[-1].end
    if has_hangul(text):
        end = _phrase_end(index.reader.morphemes.read(text), end)
    return text[start:end].strip()


def _phrase_end(morphemes: Sequence[Morpheme], end: int) -> int:
    """Where the noun phrase ends whose last thing ends here; what only asks is no part of it."""
    for found in morphemes:
        if found.start < end:
            continue
        if found.tag not in _PHRASE_TAGS or found.form in _ONLY_ASKING or found.start > end + 1:
            break
        end = found.end
    return end


def _pointing(text: str, before: _Before) -> FollowUp | None:
    """The question with what points back replaced by what it points to; None where nothing does."""
    korean = has_hangul(text)
    if (match := _PAIR.search(text)) and (pair := before.pair()):
        after = (match["after"] or "") if korean else ""
        named = pair + (after if not korean or after.strip() in ("의", "") else " 둘" + after)
        if not korean and match[0].casefold().startswith("which"):
            return FollowUp(f"{text[: match.start()]}{match[0]} ({pair}){text[match.end() :]}", pair)
        return FollowUp(text[: match.start()] + named + text[match.end() :], pair)
    subject = before.subject
    if match := _AMONG.search(text):
        return FollowUp(f"{text[: match.start()]}{subject} 중에{text[match.end() :]}", subject)
    if match := _THERE.search(text):
        return FollowUp(text[: match.start()] + subject + text[match.end() :], subject)
    for pattern, particle in _IT:
        if match := pattern.search(text):
            named = with_particle(subject, particle) if particle else subject
            return FollowUp(text[: match.start()] + named + text[match.end() :], subject)
    if korean:
        return None
    for pattern, template in ((_ENGLISH_ITS, "{}'s"), (_ENGLISH_IT, "{}"), (_ENGLISH_THERE, "in {}")):
        if match := pattern.search(text):
            named = template.format(subject)
            return FollowUp(text[: match.start()] + named + text[match.end() :], subject)
    return FollowUp(f"{subject}: {text}", subject) if _ONE.search(text) else None


def _is_fragment(text: str, opened: bool) -> bool:
    """Whether a question leaves out what it asks: `요금은?`, `and coming in?`."""
    if has_hangul(text):
        return _FRAGMENT.search(text) is not None and len(text.split()) <= 4
    bare = _ENGLISH_FRAGMENT.sub("", text)
    return bare != text or (opened and len(bare.split()) <= 3)


def _completed(index: Index, text: str, own: Sequence[NamedThing], before: _Before) -> FollowUp:
    """A fragment made whole: another thing takes the place of the last one, an aspect is one of it."""
    topic = _FRAGMENT.sub("", _ENGLISH_FRAGMENT.sub("", text).rstrip(" ?？")).rstrip(" ?？")
    last = _things(index, before.last)
    another = own and own[-1].start == 0 and len(topic) <= own[-1].end + 1
    if last and (another or (len(last) > 1 and len(topic.split()) == 1 and has_hangul(topic))):
        old = last[-1]
        rest = before.last[old.end :]
        question = before.last[: old.start] + _with_tail(topic, rest)
        return FollowUp(question, question)
    return _prefixed(_ENGLISH_FRAGMENT.sub("", text), before.subject)


_TAILS: dict[str, Particle] = {
    "은": "은/는", "는": "은/는", "이": "이/가", "가": "이/가", "을": "을/를", "를": "을/를",
    "과": "과/와", "와": "과/와", "으로": "으로/로", "로": "으로/로", "이랑": "이랑/랑", "랑": "이랑/랑",
}  # fmt: skip
_TAIL = re.compile(r"^(으로|이랑|은|는|이|가|을|를|과|와|로|랑)(?=\s|$)")


def _with_tail(word: str, rest: str) -> str:
    """A word before the rest of a sentence, whose particle takes the form that the word asks for."""
    match = _TAIL.match(rest)
    return with_particle(word, _TAILS[match[1]]) + rest[match.end() :] if match else word + rest


def _prefixed(text: str, subject: str) -> FollowUp:
    if has_hangul(text) or has_hangul(subject):
        return FollowUp(f"{subject} {text}", subject)
    return FollowUp(f"{subject}: {text}", subject)


def _asks_only(index: Index, text: str) -> bool:
    """Whether a question holds nothing but words of asking: `왜?`, `why is that?`."""
    terms = index.reader.terms(text)
    return all(term.rstrip("-") in _ONLY_ASKING for term in terms)


def _is_short(index: Index, text: str) -> bool:
    return len(text.split()) <= 3 or _asks_only(index, text)
