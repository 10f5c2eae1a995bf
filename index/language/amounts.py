"""Numbers with their units: one term for every way to write an amount.

    15 분, 15분, 15 minutes  ->  15분          10GB, 10 기가바이트  ->  10gb          1,000개  ->  1000개

A number without a unit is a term too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.language.latin import LATIN
from index.language.morphemes import Morpheme

_UNITS = {
    "%": "% 퍼센트 percent",
    "ms": "ms 밀리초 millisecond milliseconds",
    "초": "초 sec secs second seconds",
    "분": "분 min mins minute minutes",
    "시간": "시간 hour hours hr hrs",
    "일": "일 day days",
    "주": "주 주일 week weeks",
    "개월": "개월 month months",
    "년": "년 year years",
    "배": "배",
    "kb": "kb 킬로바이트",
    "mb": "mb 메가바이트 메가",
    "gb": "gb 기가바이트 기가",
    "tb": "tb 테라바이트 테라",
    "pb": "pb 페타바이트 페타",
    "$": "$ 달러 usd dollar dollars",
    "원": "원 krw",
}
_CANONICAL = {name: unit for unit, names in _UNITS.items() for name in names.split()}
_BARE = "kib mib gib tib pib kbps mbps gbps tbps bps hz khz mhz ghz iops tps qps rps mm cm km kg px"
_LATIN_UNITS = {name for name in _CANONICAL if name.isascii()} | set(_BARE.split())
_NOT_UNITS = frozenset("등 것 수 때 데 바 줄 뿐 중 간 내 외 만 채 척 듯 따름 터".split())
"""Dependent nouns that may follow a number without counting anything."""

_MULTIPLES = {"천": 1_000, "만": 10_000, "억": 100_000_000}

_NUMBER = re.compile(
    r"(?<![A-Za-z0-9._/+#&'-])(?<!\d,)(?:(?P<money>(?:US)?\$|₩)\s?)?"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?!\d)"
    r"(?=\s?(?P<multiple>[천만억])|\s?(?P<mark>%|[A-Za-z]+(?![A-Za-z0-9_]))|)"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and what it counts.

    Attributes:
        start: First character in the text, of the currency sign if it begins so.
        end: One past the last character of the number and of a unit that is no word by itself.
        terms: Digits and unit as one term; a glued Latin unit is another, as it is where it is apart.
    """

    start: int
    end: int
    terms: tuple[str, ...]


def amounts(text: str, morphemes: Sequence[Morpheme]) -> Iterator[Amount]:
    """Yields the numbers of a normalised text, those without a unit too.

    Numbers inside identifiers (`EC2`, `3.11.2`, `10.0.0.0/16`) are none.
    """
    if not any(ch.isdigit() for ch in text):
        return
    counted = {m.start: m for m in morphemes if m.tag in ("NNB", "NNG", "NR")}
    latin = {match.start(): match for match in LATIN.finditer(text)}
    for match in _NUMBER.finditer(text):
        amount = _amount(match, counted)
        word = latin.get(match.start("number"))
        if word is None or word.end() <= amount.end:
            yield amount


def _amount(match: re.Match[str], counted: dict[int, Morpheme]) -> Amount:
    digits, end = match["number"].replace(",", ""), match.end("number")
    if match["multiple"] and (m := counted.get(match.start("multiple"))) and m.form == match["multiple"]:
        end = match.end("multiple")
        digits = _times(digits, _MULTIPLES[m.form])
    mark = (match["mark"] or "").casefold()
    alone: tuple[str, ...] = ()
    if mark in _LATIN_UNITS:
        unit = _CANONICAL.get(mark, mark)
        if match.start("mark") == end:
            alone = (mark,) if mark.isalpha() else ()
            end = match.end("mark")
    else:
        unit, end = _korean_unit(match.string, counted, end)
    if match["money"]:
        unit = "원" if match["money"] == "₩" else "$"
    return Amount(match.start(), end, (f"${digits}" if unit == "$" else digits + unit, *alone))


def _korean_unit(text: str, counted: dict[int, Morpheme], end: int) -> tuple[str, int]:
    """The Korean unit after a number and where it ends; nothing where none follows."""
    glued = counted.get(end)
    found = glued or (counted.get(end + 1) if text[end : end + 1] == " " else None)
    if found is None or found.form in _NOT_UNITS:
        return "", end
    if found.form in _CANONICAL:
        return _CANONICAL[found.form], found.end
    if found.tag == "NNB":
        return found.form, found.end
    # A noun is a unit where it is glued to its number, and goes on being a noun: `7계층`.
    return (found.form, end) if glued and found.tag == "NNG" else ("", end)


def _times(digits: str, multiple: int) -> str:
    value = round(float(digits) * multiple, 6)
    return str(int(value)) if value == int(value) else str(value)
