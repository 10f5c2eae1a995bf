"""How Korean denies, limits and marks the parts of a sentence: read off Kiwi's morphemes."""

import re
from collections.abc import Iterator, Sequence

from assistant.verifying.korean_clauses import TOPIC, orders, parts, topic
from assistant.verifying.lexicon import LIGHT_ADVERBS
from index.language.morphemes import Morpheme

__all__ = [
    "MANY",
    "NUMBER_JOINT",
    "adverbs",
    "denials",
    "denied",
    "is_marker",
    "marks",
    "orders",
    "parts",
    "rewritten",
    "role",
    "topic",
]

_REWRITES = (
    (re.compile(r"^(?:또한|그리고|따라서|그래서|즉|하지만|그러나|그러므로|다만|참고로),? "), ""),
    (re.compile(r"([가-힣])지만 "), r"\1지만, "),
    (re.compile(r"무제한(?:이다|입니다|이에요|임)?"), "제한 없다"),
    (re.compile(r"필요\s?없"), "필요하지 않"),
    (re.compile(r"추가 ?(?:요금|비용) ?없이"), "추가 요금 없이"),
    (re.compile(r"([가-힣])지 못하"), r"\1지 않"),
    (re.compile(r"지원되지 않"), "지원하지 않"),
)

_CONTENT = ("NNG", "NNP", "NR", "XR", "VV", "VA", "SL", "SN")

_EMPTY_VERBS = frozenset("하 되 있 주 보 이 받 당하 시키".split())

_DENYING_NOUNS = frozenset("불가 불가능 금지 제외 미지원 불필요 부재".split())

_ROLES = {"을": "object", "를": "object", "ᆯ": "object", "보다": "than", "에서": "from", "부터": "from", "에게서": "from",
          "로": "to", "으로": "to", "에": "to", "까지": "to", "에게": "to", "의": "of"}  # fmt: skip

MANY = re.compile(r"(?:여러|다수의|수많은|많은) (?:개의 |곳의 |대의 )?$")
"""What stands before a thing that is several."""

NUMBER_JOINT = re.compile(r"(?<!\d), |(?<=\d), (?=[^\d])|이고,? |이며,? ")
"""Where a clause may end between two numbers."""

_TIME_MARKS = frozenset("뒤 후 다음 전 때 채 동안".split())

_MARKS = {
    "only": re.compile(r"(?<=[가-힣A-Za-z0-9)])(?<!지)만(?=[ ,.]|$|[을이은의]|으로|에)|뿐(?!만|더러| ?아니)|오직|오로지|유일|단지|(?:에서|으로|로|에게|부터|까지)만"),
    "single": re.compile(r"하나(?:만|뿐)|한 (?:개|대|곳|번|가지)(?:만|뿐)"),
    "all": re.compile(r"(?<!거의 )모든|(?<!거의 )모두|전부|항상|언제나|(?<![가-힣])늘(?= )|(?<![가-힣])다(?= )|누구나|무조건|절대|전체|온갖|예외 없이"),
    "superlative": re.compile(r"가장|제일|최고|최초|유일"),
    "must": re.compile(r"(?:야|어야만|아야만)(?:만)? ?(?:한|하|합|해|함|됩|된|돼|되)|반드시|꼭|필수|의무|필요가 있"),
    "can": re.compile(r"[ㄹ가-힣] ?수 ?(?:도 |는 |가 )?(?:있|없)|가능"),
    "same": re.compile(r"(?<![가-힣])(?:같은|똑같은|동일한) "),
    "different": re.compile(r"(?<![가-힣])(?:다른|별도의|별개의) "),
}  # fmt: skip


def rewritten(text: str) -> str:
    """Returns the text with fixed expressions in one form."""
    for pattern, form in _REWRITES:
        text = pattern.sub(form, text)
    return text


def is_marker(word: str, start: int, morphemes: Sequence[Morpheme]) -> bool:
    """Whether a noun only marks time behind a verb: `알린 뒤`, `지우기 전`."""
    before = [m for m in morphemes if m.end <= start or m.start < start]
    return word in _TIME_MARKS and bool(before) and before[-1].tag in ("ETM", "ETN")


def adverbs(morphemes: Sequence[Morpheme]) -> Iterator[Morpheme]:
    """Yields the adverbs that say something by themselves."""
    for morpheme in morphemes:
        column = morpheme.tag == "NR" and morpheme.form == "열"  # of a table
        if column or (morpheme.tag == "MAG" and morpheme.form not in LIGHT_ADVERBS):
            yield morpheme


def denials(text: str, morphemes: Sequence[Morpheme], spans: Sequence[tuple[int, int, bool]]) -> list[int]:
    """Returns where each denied word begins, once for each time it is denied.

    Args:
        text: The text.
        morphemes: Its morphemes.
        spans: Where its words begin and end, and whether each is a name.
    """
    found: list[int] = []
    for i, m in enumerate(morphemes):
        before = (m.form == "않" and m.tag in ("VX", "VV", "VA")) or (
            m.form == "없" and m.tag in ("VA", "VV")
        )
        before = before or m.tag == "VCN" or (m.form == "없이" and m.tag == "MAG")
        before = (
            before
            or (m.form in ("못하", "말") and m.tag == "VX")
            or (m.tag == "NNG" and m.form in _DENYING_NOUNS)
        )
        if before and (place := _content_before(morphemes, i)) is not None:
            found.append(_word_at(place, spans))
        after = m.tag == "MAG" and m.form in ("안", "못")
        in_name = any(start <= m.start < end for start, end, name in spans if name)
        after = after or (m.tag == "XPN" and m.form in ("비", "불", "미", "무") and not in_name)
        if after and (place := _content_after(morphemes, i)) is not None:
            found.append(_word_at(place, spans))
    return found


def _content_before(morphemes: Sequence[Morpheme], i: int) -> int | None:
    for m in reversed(morphemes[:i]):
        if m.tag == "SP" and m.form == ":":
            return None
        empty = m.tag in ("VV", "VA", "VX") and m.form in _EMPTY_VERBS
        if m.tag in _CONTENT and not empty:
            return m.start
    return None


def _content_after(morphemes: Sequence[Morpheme], i: int) -> int | None:
    return next((m.start for m in morphemes[i + 1 :] if m.tag in _CONTENT), None)


def _word_at(place: int, spans: Sequence[tuple[int, int, bool]]) -> int:
    inside = [start for start, end, _ in spans if start <= place < end]
    return inside[-1] if inside else place


def role(text: str, morphemes: Sequence[Morpheme], start: int, end: int) -> str:
    """Returns the part in its clause that the particle after a word gives it."""
    inside = [m for m in morphemes if start <= m.start < end]
    for i, m in enumerate(morphemes):
        if m.start < start or not m.tag.startswith("J"):
            continue
        between = [x for x in morphemes[:i] if x.start >= start]
        if m.start > end + 12 or any(x.tag in ("VV", "VA", "EC", "ETM", "SP") for x in between):
            return ""
        if any(x.tag in ("NNG", "NNP", "SL") and x not in inside for x in between):
            return ""
        if m.tag == "JX" and m.form in TOPIC:
            return "topic"
        if m.tag == "JKS":
            return "subject"
        return _ROLES.get(m.form, "")
    return ""


def marks(text: str) -> frozenset[str]:
    """Returns what a text claims beyond its words."""
    return frozenset(name for name, pattern in _MARKS.items() if pattern.search(text))


def denied(
    text: str, morphemes: Sequence[Morpheme], start: int, end: int, last: bool, any_denied: bool
) -> bool:
    """Whether a part says in the end that something is not so."""
    tail = [m for m in morphemes if start <= m.start < end][-6:]
    count = sum(
        (m.form == "않" and m.tag.startswith("V")) or (m.form == "없" and m.tag in ("VA", "VV")) or m.tag == "VCN"
        or (m.tag == "NNG" and m.form in _DENYING_NOUNS) or (m.form == "못하" and m.tag == "VX")
        for m in tail
    )  # fmt: skip
    return count % 2 == 1
