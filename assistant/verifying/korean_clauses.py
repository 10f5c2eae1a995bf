"""Where Korean clauses begin, which subject each has, and what comes first: read off Kiwi's morphemes."""

import re
from collections.abc import Iterator, Sequence

from index.language.morphemes import Morpheme

_JOINTS = frozenset("고 며 으며 지만 으나 나 는데 은데 ᆫ데 ㄴ데 거나 라 ᆫ다 면서 으면서 고서 되".split())

TOPIC = ("은", "는", "ᆫ")

_LABEL = re.compile(r"[^:]{1,60}: ")

_ENDING_IN_N = "".join(chr(0xAC00 + 28 * i + 4) for i in range(399))

_ORDERS = (
    ("sequence", re.compile(rf"(?:[{_ENDING_IN_N}] ?(?:뒤|후|다음)(?:에|에야|에만)?|고 나서|(?<=[가-힣]) 이후에?)(?= )"), False),
    ("sequence", re.compile(r"기 전(?:에|까지)?(?= )"), True),
    ("sequence", re.compile(r"(?<=[가-힣]) 이전에(?= )"), True),
    ("condition", re.compile(r"(?:(?<!려)면|[을를ㄹ할될] 때|경우)(?:,? )"), False),
    ("cause", re.compile(r"(?:때문에|므로|어서|아서|해서|여서|니까|덕분에|느라)(?:,? )"), False),
    ("than", re.compile(r"보다(?:는|도)?(?= )"), False),
    ("instead", re.compile(r" 대신(?:에)?(?= )|(?:이|가) 아니라(?= )"), False),
)  # fmt: skip


def parts(text: str, morphemes: Sequence[Morpheme]) -> tuple[list[int], list[bool], list[int]]:
    """Divides a sentence where a clause with a subject of its own begins.

    Returns:
        Where the parts begin; whether each goes on with the subject before; where clauses begin.
    """
    cuts = _clause_starts(text, morphemes)
    starts, inherits = [0], [False]
    for number, cut in enumerate(cuts):
        end = cuts[number + 1] if number + 1 < len(cuts) else len(text)
        own = _own_subject(text, morphemes, cut, end)
        row = text[max(0, cut - 2) : cut] in ("· ", "— ")
        if own or row:
            starts.append(cut)
            inherits.append(row or own == "subject")
    return starts, inherits, cuts


def _clause_starts(text: str, morphemes: Sequence[Morpheme]) -> list[int]:
    found: set[int] = {match.end() for match in re.finditer(r" [·—] |; ", text)}
    for i, m in enumerate(morphemes):
        following = morphemes[i + 1] if i + 1 < len(morphemes) else None
        if m.tag == "EC" and m.form in _JOINTS and following is not None:
            auxiliary = following.tag == "VX" or following.form in ("있", "싶")
            spaced = text[m.end : m.end + 1] in (" ", ",")
            if spaced and not auxiliary:
                found.add(
                    following.start if following.tag != "SP" else _after_mark(morphemes, i + 1, len(text))
                )
        elif (
            m.form == ","
            and m.tag == "SP"
            and following
            and _topic_soon(morphemes, i + 1)
            and _told(morphemes[:i])
        ):
            found.add(following.start)
    return sorted(place for place in found if 0 < place < len(text))


def _after_mark(morphemes: Sequence[Morpheme], i: int, default: int) -> int:
    return morphemes[i + 1].start if i + 1 < len(morphemes) else default


def _told(before: Sequence[Morpheme]) -> bool:
    """Whether what comes before a comma has a topic or a subject since the last clause, outside brackets."""
    depth = 0
    found = False
    for m in before:
        depth += (m.tag == "SSO") - (m.tag == "SSC")
        found = found or (m.tag == "JKS" or (m.tag == "JX" and m.form in TOPIC))
        if m.tag == "EC" and m.form in _JOINTS:
            found = False
    return found and depth <= 0


def _topic_soon(morphemes: Sequence[Morpheme], i: int) -> bool:
    """Whether a topic comes before any verb."""
    for m in morphemes[i:]:
        if m.tag == "JX" and m.form in TOPIC:
            return True
        if m.tag in ("VV", "VA", "EC", "EF", "SP"):
            return False
    return False


def _own_subject(text: str, morphemes: Sequence[Morpheme], start: int, end: int) -> str:
    """Whether a clause has a topic, or a subject, of its own before its last verb."""
    subject = ""
    for i, m in enumerate(morphemes):
        if not start <= m.start < end:
            continue
        if m.tag == "JX" and m.form in TOPIC and morphemes[i - 1].tag not in ("EC", "ETM"):
            return "topic"
        if m.tag == "JKS" and _ending(morphemes, i) != "ETM":
            subject = "subject"
    return subject


def _ending(morphemes: Sequence[Morpheme], i: int) -> str:
    """How the predicate after a place ends: `구조가 단순한 서비스` has its subject within."""
    for place, m in enumerate(morphemes[i + 1 :], i + 2):
        if m.tag in ("EC", "EF", "ETN"):
            return m.tag
        if m.tag == "ETM":  # before a dependent noun it is no relative clause: `보일 뿐이다`
            return "EF" if place < len(morphemes) and morphemes[place].tag == "NNB" else "ETM"
    return ""


def topic(text: str, morphemes: Sequence[Morpheme], start: int, end: int) -> tuple[int, int]:
    """Returns the range of what a part is about: the noun phrase before its first topic particle."""
    if label := _LABEL.match(text, start, end):
        return start, label.end() - 2
    begin = start
    for i, m in enumerate(morphemes):
        if not start <= m.start < end:
            continue
        if m.tag in ("ETM", "EC"):
            begin = m.end
        if (
            m.tag == "JX" and m.form in TOPIC and morphemes[i - 1].tag not in ("EC", "ETM")
        ) or m.tag == "JKS":
            return begin, m.start
        if m.tag == "EF":
            break
    return start, start


def orders(
    text: str, morphemes: Sequence[Morpheme], start: int, end: int
) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Yields what comes first and what second: in time, as condition or cause, in a comparison."""
    for kind, pattern, reverse in _ORDERS:
        for match in pattern.finditer(text, start, end):
            begin = _clause_start(text, morphemes, start, match.start())
            before, after = (begin, match.start() + 1), (match.end(), end)
            if kind == "than":
                before = (_phrase_start(text, start, match.start()), match.start())
            yield (kind, after, before) if reverse else (kind, before, after)


def _clause_start(text: str, morphemes: Sequence[Morpheme], start: int, end: int) -> int:
    """Where the clause begins that ends at a marker of condition or cause: behind a joint or a topic."""
    found = [start + m.end() for m in re.finditer(r"(?:고|며|지만|는데|므로|때문에),? ", text[start:end])]
    found += [m.end for m in morphemes if m.tag == "JX" and m.form in TOPIC and start <= m.start < end]
    return max(found, default=start)


def _phrase_start(text: str, start: int, end: int) -> int:
    """Where the thing compared with begins: after the last topic or subject before it."""
    found = [m.end() for m in re.finditer(r"(?:은|는|이|가|,|에서) ", text[start:end])]
    return start + found[-1] if found else start
