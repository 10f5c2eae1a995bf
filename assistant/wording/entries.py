"""One entry of the tables of words."""

from typing import NamedTuple


class Words(NamedTuple):
    """What is wrong and what ends it, in Korean and English; `{0}` and on are the problem's particulars."""

    what_ko: str
    remedy_ko: str
    what_en: str
    remedy_en: str
