"""A reply to its sentences, each as soon as it is complete, with the passages it cites.

Characters are taken one by one, so that it makes no difference where a stream is cut into chunks:
a marker or a tag may come in two.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from assistant.generating.boundaries import next_boundary, whole_part
from assistant.generating.lines import (
    FENCE,
    WrittenForm,
    can_stream,
    is_listed_source,
    is_marker_line,
    is_separator,
    is_silent,
    is_sources_label,
    prefix,
    table_cells,
)
from assistant.generating.markers import take_markers
from assistant.generating.thinking import ThinkingFilter
from assistant.generating.written import WrittenSentence, spoken

_WIDEST = 64
"""Blanks in a row that are read: a model that has lost its way may write nothing else."""


class SentenceReader:
    """Reads one reply."""

    def __init__(self, passages: int, language: str = "") -> None:
        """Takes how many passages there are to cite, numbered from 1."""
        self._passages = passages
        self._language = language
        self._thinking = ThinkingFilter()
        self._line = ""
        self._start = 0
        self._searched = 0
        self._block = 0
        self._fence = ""
        self._code: list[str] = []
        self._in_sources = False
        self._table: list[str] = []
        self._held: WrittenSentence | None = None
        self._ready: list[WrittenSentence] = []

    def feed(self, text: str) -> list[WrittenSentence]:
        """Returns the sentences that this piece of the reply completes."""
        for character in self._thinking.feed(text):
            self._take(character)
        return self._given()

    def end(self, *, complete: bool = True) -> list[WrittenSentence]:
        """Returns what is left: of a reply that was cut off, only what certainly is a whole sentence."""
        for character in self._thinking.end():
            self._take(character)
        if complete:
            self._end_line()
            self._end_code()
        else:
            self._end_cut()
        self._flush_table()
        self._release()
        return self._given()

    def _given(self) -> list[WrittenSentence]:
        given, self._ready = self._ready, []
        return given

    def _take(self, character: str) -> None:
        """One more character: a line ends, or a sentence within it may."""
        if character == "\n":
            self._end_line()
            return
        blank = character.isspace()
        if character == "\r" or (blank and len(self._line) > _WIDEST and self._line[-_WIDEST:].isspace()):
            return
        self._line += character
        if blank or self._fence or self._in_sources or not can_stream(self._line):
            return
        self._flush_table()
        self._release()
        for sentence in self._whole_sentences(final=False):
            self._release()
            self._held = sentence
        if self._held is not None and self._start:
            self._release()

    def _whole_sentences(self, *, final: bool) -> Iterator[WrittenSentence]:
        """The sentences of the unfinished line that nothing to come can change; all of them if it is final."""
        form, begin = prefix(self._line)
        begin = max(begin, self._start)
        while True:
            found, self._searched = next_boundary(self._line, begin, self._searched, final=final)
            if found is None:
                break
            yield from self._sentence(self._line[begin : found[0]], form)
            self._start = begin = found[1]
        if final:
            yield from self._sentence(self._line[begin:], form)

    def _sentence(self, raw: str, form: WrittenForm) -> Iterator[WrittenSentence]:
        """The sentence of a piece of a line, if it says anything."""
        text, cited = spoken(raw, self._passages)
        if not any(character.isalnum() for character in text):
            if cited and self._held is not None:
                self._cite(cited)
            return
        if self._start and form == "step":
            form = "subitem"  # a step's further sentences have no number of their own
        yield WrittenSentence(text, form, cited, self._block, self._language)

    def _end_line(self) -> None:
        """Reads the rest of a line."""
        line = self._line
        self._read_line(line)
        self._line, self._start, self._searched = "", 0, 0
        if line.strip():
            self._block += 1

    def _read_line(self, line: str) -> None:
        fence = FENCE.match(line)
        if self._fence:
            if fence and fence[1].startswith(self._fence):
                self._end_code()
            else:
                self._code.append(line)
        elif fence:
            self._fence = fence[1]
        elif not self._start and self._is_told_apart(line):
            return
        else:
            self._flush_table()
            for sentence in self._whole_sentences(final=True):
                self._release()
                self._held = sentence

    def _is_told_apart(self, line: str) -> bool:
        """Reads what is no prose; says whether the line was such."""
        if not line.strip():
            return True
        if is_sources_label(line):
            self._in_sources = True
            return True
        if self._in_sources and is_listed_source(line):
            return True
        self._in_sources = False
        if is_marker_line(line):
            self._cite(take_markers(line, self._passages)[1])
            return True
        if (cells := table_cells(line)) is not None:
            self._read_row(line, cells)
            return True
        return is_silent(line)

    def _read_row(self, line: str, cells: list[str]) -> None:
        """A row of a table; whether it is the header, the next line tells."""
        if self._table and is_separator(line):
            self._give_row("header")
            return
        self._flush_table()
        if not is_separator(line):
            self._table = cells

    def _flush_table(self) -> None:
        if self._table:
            self._give_row("row")

    def _give_row(self, form: WrittenForm) -> None:
        texts: list[str] = []
        cited: list[int] = []
        for cell in self._table:
            text, numbers = spoken(cell, self._passages)
            texts.append(text)
            cited += numbers
        self._table = []
        self._release()
        if any(texts):
            row = WrittenSentence(
                " | ".join(texts), form, tuple(dict.fromkeys(cited)), self._block, self._language
            )
            self._held = row

    def _end_code(self) -> None:
        if any(line.strip() for line in self._code):
            self._release()
            self._held = WrittenSentence("\n".join(self._code), "code", (), self._block, self._language)
        self._fence, self._code = "", []

    def _end_cut(self) -> None:
        """Keeps of a line that was cut off what has its full stop."""
        line = whole_part(self._line)
        prose = not self._fence and not self._in_sources and table_cells(self._line) is None
        if prose and line is not None:
            self._line = line
            self._end_line()

    def _cite(self, cited: Iterable[int]) -> None:
        """Adds citations to the last sentence."""
        if self._held is not None:
            self._held = replace(self._held, cited=tuple(dict.fromkeys((*self._held.cited, *cited))))

    def _release(self) -> None:
        """Gives the last sentence away: nothing to come can add to it."""
        if self._held is not None:
            self._ready.append(self._held)
            self._held = None


def read_sentences(pieces: Iterable[str], passages: int, language: str = "") -> Iterator[WrittenSentence]:
    """Yields the sentences of a reply as its pieces come.

    An error of the pieces is raised after the sentences that were complete before it.

    Args:
        pieces: The reply, cut anywhere.
        passages: How many passages there are to cite.
        language: The language that was asked for; each sentence carries it.
    """
    reader = SentenceReader(passages, language)
    try:
        for piece in pieces:
            yield from reader.feed(piece)
    except Exception:
        yield from reader.end(complete=False)
        raise
    yield from reader.end()
