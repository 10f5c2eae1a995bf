"""Numbers with their units and bounds, whatever they are written as.

최대 15분, at most 900 seconds    900 s, no more than          천 개, 1,000    1000
두 곳, two places                 2                            eleven nines    99.999999999 %
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

from index.text import normalise

Bound = Literal["most", "least", "under", "over", ""]

_SECONDS = {"µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_UNITS = (
    ("µs", r"마이크로초|microseconds?|µs"),
    ("ms", r"밀리초|milliseconds?|ms\b"),
    ("s", r"초(?!과)간?|seconds?\b|secs?\b"),
    ("min", r"분(?!의|산|리|배|류|기)간?|minutes?\b|mins?\b"),
    ("h", r"시간|hours?\b|hrs?\b"),
    ("d", r"일(?!레|부|시|정|반)간?|days?\b"),
    ("w", r"주(?:일|간)(?!에)|주(?=\s?(?:동안|까지|이내|안에|뒤|후|정도))|weeks?\b"),
    ("month", r"개월간?|달(?!러)간?|months?\b"),
    ("year", r"년간?|years?\b"),
    ("KiB", r"KiB"),
    ("MiB", r"MiB"),
    ("GiB", r"GiB"),
    ("TiB", r"TiB"),
    ("KB", r"KB\b|KB(?=[가-힣])|킬로바이트|kilobytes?"),
    ("MB", r"MB\b|MB(?=[가-힣])|메가(?:바이트)?|megabytes?"),
    ("GB", r"GB\b|GB(?=[가-힣])|기가(?:바이트)?|gigabytes?"),
    ("TB", r"TB\b|TB(?=[가-힣])|테라(?:바이트)?|terabytes?"),
    ("PB", r"PB\b|PB(?=[가-힣])|페타(?:바이트)?|petabytes?"),
    ("%", r"%|퍼센트|percent\b|per cent\b"),
    ("$", r"달러|USD\b|dollars?\b"),
    ("¢", r"센트|cents?\b"),
    ("원", r"원(?=[가-힣]{0,2}(?:\s|$|[.,]))|KRW\b|won\b"),
    ("배", r"배(?!포|치|열|경)"),
    ("gbps", r"Gbps"),
    ("mbps", r"Mbps"),
    ("ghz", r"GHz"),
    ("iops", r"IOPS"),
)
_BYTES = {"KB": 1, "MB": 2, "GB": 3, "TB": 4, "PB": 5}
_WORDS = {
    "한": 1, "하나": 1, "두": 2, "둘": 2, "세": 3, "셋": 3, "네": 4, "넷": 4, "다섯": 5, "여섯": 6, "일곱": 7,
    "여덟": 8, "아홉": 9, "열": 10,
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
}  # fmt: skip
_COUNTERS = "개|대|곳|가지|번|명|군데|시간|달|종류|단계|쪽|배|건|번째|벌|차례|개월|등급|부분|사람"
_MULTIPLES = {"백": 1e2, "천": 1e3, "만": 1e4, "억": 1e8, "백만": 1e6, "천만": 1e7, "hundred": 1e2, "thousand": 1e3,
              "million": 1e6, "billion": 1e9}  # fmt: skip

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_AMOUNT = re.compile(
    rf"(?<![A-Za-z0-9._/+#&'])(?<!\d,)(?<![A-Za-z]-)(?P<money>(?:US)?\$|₩)?\s?(?P<digits>{_DIGITS})(?![\d.]*\d)"
    rf"(?P<multiple>\s?(?:백만|천만|[백천만억](?![가-힣]*료))|\s(?:hundred|thousand|million|billion)\b)?"
    rf"|(?<![가-힣A-Za-z])(?P<bare>백만|천만|천|만|억|백)(?=\s?(?:개|대|건|명|번|원|달러|가지|곳))"
    rf"|(?<![가-힣])(?P<korean>한|두|세|네|다섯|여섯|일곱|여덟|아홉|열)(?=\s?(?:{_COUNTERS}))"
    r"|(?<![가-힣])(?P<noun>둘|셋|넷)(?=[은이을로의다인뿐]|\s|$)"
    r"|\b(?P<english>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty)\b"
    r"(?P<multiple2>\s(?:hundred|thousand|million|billion))?"
    r"|\b(?P<article>a|an|one) (?P<multiple3>hundred|thousand|million|billion)\b",
    re.IGNORECASE,
)
_UNIT = re.compile("|".join(f"(?P<u{i}>{pattern})" for i, (_, pattern) in enumerate(_UNITS)), re.IGNORECASE)
_NINES = re.compile(r"(?:일레븐 ?나인|\b(?:eleven|11) nines\b|11 ?나인|나인 ?11개|9가 11개)", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"^.{0,3}(?:또는|혹은|\bor\b)")
_RANGE = re.compile(r"\s?[~–—-]\s?")

_BEFORE: tuple[tuple[Bound, str], ...] = (
    ("most", r"최대(?:한|로)?|최고|기껏해야|많아야|\b(?:at most|up to|a maximum of|maximum(?: of)?|no more than|within|as long as|as many as|max)"),
    ("least", r"최소(?:한)?|적어도|못해도|\b(?:at least|a minimum of|minimum(?: of)?|no fewer than|no less than|or more)"),
    ("over", r"\b(?:more than|over|above|exceed(?:s|ing)?|longer than|greater than)"),
    ("under", r"\b(?:less than|under|below|fewer than|shorter than)"),
)  # fmt: skip
_AFTER: tuple[tuple[Bound, str], ...] = (
    (
        "most",
        r"까지|이하|이내|안에|안쪽|을? ?넘지 않|를? ?넘지 않|\b(?:or less|or fewer|at most|at the most|maximum)\b",
    ),
    ("least", r"이상|부터|or more\b|at least\b|minimum\b"),
    ("over", r"초과|[을를]? ?넘(?!지 않)|보다 (?:길|크|많|오래|높)"),
    ("under", r"미만|보다 (?:훨씬 )?(?:짧|작|적|빠|낮)"),
)
_BEFORE_PATTERNS: tuple[tuple[Bound, re.Pattern[str]], ...] = tuple(
    (bound, re.compile(rf"(?:{p})[^\d.;]{{0,14}}$", re.IGNORECASE)) for bound, p in _BEFORE
)
_AFTER_PATTERNS: tuple[tuple[Bound, re.Pattern[str]], ...] = tuple(
    (bound, re.compile(rf"[^\d,.;]{{0,3}}?(?:{p})", re.IGNORECASE)) for bound, p in _AFTER
)
_LOOK_BACK = 34

_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it measures.

    Attributes:
        start: First character in the text.
        end: One past the number and its unit.
        value: In the unit's own measure: seconds, months, bytes, or as counted.
        unit: What it is measured in; empty for a count.
        bound: Whether it is given as a limit; empty where it is not.
        word: A small number written as a word, or a count of one.
    """

    start: int
    end: int
    value: float
    unit: str
    bound: Bound = ""
    word: bool = False

    def same(self, other: "Quantity") -> bool:
        """Whether both measure the same, whatever the unit they are written in."""
        return self.unit == other.unit and abs(self.value - other.value) <= 1e-9 * max(1.0, abs(self.value))


def quantities(text: str) -> tuple[Quantity, ...]:
    """Returns the numbers of a normalised text in order; those inside identifiers are none.

    >>> [(q.value, q.unit, q.bound) for q in quantities("최대 15분, 두 곳")]
    [(900.0, 's', 'most'), (2.0, '', '')]
    """
    found = list(_amounts(text))
    for match in _NINES.finditer(text):
        found = [q for q in found if not match.start() <= q.start < match.end()]
        found.append(Quantity(match.start(), match.end(), 99.999999999, "%"))
    found.sort(key=lambda quantity: quantity.start)
    return tuple(_with_shared_bounds(text, found))


def same_numbers(one: str, other: str) -> bool:
    """Says whether two texts give the same amounts in the same order: without its point, 1.5 is 15."""
    mine, theirs = quantities(normalise(one)), quantities(normalise(other))
    return len(mine) == len(theirs) and all(a.same(b) for a, b in zip(mine, theirs, strict=True))


def _with_shared_bounds(text: str, found: Sequence[Quantity]) -> Iterator[Quantity]:
    """Gives the first of two alternatives the bound of the second: `1MB 또는 1,000개까지`."""
    for quantity, following in zip_longest(found, found[1:]):
        between = text[quantity.end : following.start] if following else ""
        shared = following and not quantity.bound and _ALTERNATIVE.search(between)
        yield replace(quantity, bound=following.bound) if following and shared else quantity


def _amounts(text: str) -> Iterator[Quantity]:
    matches = list(_AMOUNT.finditer(text))
    for position, match in enumerate(matches):
        value, word = _value(match)
        unit, end = _unit(text, match)
        start = match.start() + (len(match.group()) - len(match.group().lstrip()))
        if not unit and position + 1 < len(matches):  # `60~120초`: the first is in seconds, too
            following = matches[position + 1]
            if _RANGE.fullmatch(text, match.end(), following.start()):
                unit, _ = _unit(text, following)
        measured, name = _measure(value, unit)
        yield Quantity(start, end, measured, name, _bound(text, start, end), word)


def _value(match: re.Match[str]) -> tuple[float, bool]:
    if digits := match["digits"]:
        multiple = (match["multiple"] or "").strip().casefold()
        return float(digits.replace(",", "")) * _MULTIPLES.get(multiple, 1), False
    if bare := match["bare"]:
        return _MULTIPLES[bare], False
    if match["article"]:
        return _MULTIPLES[match["multiple3"].casefold()], False
    said = match["korean"] or match["noun"] or match["english"]
    multiple = (match["multiple2"] or "").strip().casefold()
    return _WORDS[said.casefold()] * _MULTIPLES.get(multiple, 1), True


def _unit(text: str, match: re.Match[str]) -> tuple[str, int]:
    if match["money"]:
        return ("원" if match["money"] == "₩" else "$"), match.end()
    begin = match.end()
    if text[begin : begin + 1] in (" ", "-"):
        begin += 1
    found = _UNIT.match(text, begin)
    if found is None or found.lastgroup is None:
        return "", match.end()
    return _UNITS[int(found.lastgroup[1:])][0], found.end()


def _measure(value: float, unit: str) -> tuple[float, str]:
    if unit in _SECONDS:
        return round(value * _SECONDS[unit], 9), "s"
    if unit == "year":
        return (value, "") if value in _YEARS else (value * 12, "month")
    if unit in _BYTES:
        return value * 1024.0 ** _BYTES[unit], "B"
    return value, unit


def _bound(text: str, start: int, end: int) -> Bound:
    """What the words right before or after a number limit it to."""
    before = text[max(0, start - _LOOK_BACK) : start]
    for bound, pattern in _BEFORE_PATTERNS:
        if pattern.search(before):
            return bound
    for bound, pattern in _AFTER_PATTERNS:
        if pattern.match(text, end):
            return bound
    return ""
