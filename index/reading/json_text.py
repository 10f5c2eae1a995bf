"""JSON whose strings know where they stand: Python's own parser does not say."""

import json
from json import decoder, scanner
from typing import Any


class PlacedText(str):
    """A string of a JSON file, with the range of its characters between the quotation marks."""

    start: int
    end: int

    def __new__(cls, text: str, start: int, end: int) -> "PlacedText":
        """Makes the string."""
        made = super().__new__(cls, text)
        made.start, made.end = start, end
        return made


def read_json(source: str) -> Any:
    r"""Parses JSON; numbers stay text, as nothing counts with them.

    >>> text = read_json('{"text": "S3"}')["text"]
    >>> text, text.start, text.end
    ('S3', 10, 12)

    Raises:
        ValueError: It is no JSON.
        RecursionError: It nests too deep.
    """
    return _Decoder().decode(source)


class _Decoder(json.JSONDecoder):
    def __init__(self) -> None:
        super().__init__(parse_int=str, parse_float=str, strict=False)
        self.parse_string = _read_string
        self.scan_once = scanner.py_make_scanner(self)  # pyright: ignore[reportAttributeAccessIssue]


def _read_string(source: str, begin: int, strict: bool = False) -> tuple[PlacedText, int]:
    text, end = decoder.scanstring(source, begin, strict)  # pyright: ignore[reportAttributeAccessIssue]
    return PlacedText(text, begin, end - 1), end
