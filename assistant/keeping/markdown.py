"""A conversation as a note: questions are headings, citations numbered wikilinks that Obsidian opens. Pure.

## 람다가 뭐야?

람다는 서버를 관리하지 않고 코드를 실행하는 서비스이다. [1]

근거

- [1] [[람다#특징|람다 › 특징]], 12번째 줄: “서버를 관리하지 않고 ...”
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from assistant.answers import CELLS, DOUBT, Answer, Language, Sentence, is_doubted
from assistant.citations import Citation
from assistant.keeping.links import FindNote, wikilink
from assistant.keeping.records import Conversation, KeptTurn
from index.reading.markup import plain_text

_WORDS = {
    "ko": {
        "sources": "근거", "more": "노트에서 더 보기", "nearest": "가까운 노트", "line": "{}번째 줄",
        "lines": "{}–{}번째 줄", "doubt": f"{DOUBT} 노트에서 확인되지 않은 문장이에요.", "taken": "이렇게 물으신 것으로 봤어요: {}",
        "stopped": "여기서 멈췄어요.", "failed": "답을 만드는 중에 문제가 생겼어요.", "broken": "답이 여기서 끊겼어요.",
        "answering": "답하는 중이에요.", "kept": "묻고(mutgo)와 나눈 대화, {}",
    },
    "en": {
        "sources": "Sources", "more": "More from the notes", "nearest": "Closest notes", "line": "line {}",
        "lines": "lines {}–{}", "doubt": f"{DOUBT} not confirmed by the notes", "taken": "Taken to ask: {}",
        "stopped": "Stopped here.", "failed": "Something went wrong while answering.",
        "broken": "The answer breaks off here.", "answering": "Still being answered.",
        "kept": "A conversation with mutgo, {}",
    },
}  # fmt: skip

_MARKUP = re.compile(r"([\\`*_\[\]<>$]|~(?=.*~)|(?<=~)~|#(?=\S)|(?<==)=|(?<=%)%)")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_OPENS_BLOCK = re.compile(r"^(\d+)([.)])|^([-+:])(?=\s|-|$)")

_BULLETS = {"item": "- ", "subitem": "    - "}


def as_markdown(
    conversation: Conversation, language: Language = "ko", find: FindNote = lambda path: None
) -> str:
    """Writes a conversation out as a note.

    Args:
        conversation: The conversation.
        language: Of what mutgo itself says around the answers.
        find: Gives a note by its path, so that links point at headings that are there; None if it is gone.
    """
    words = _WORDS[language]
    began = datetime.fromtimestamp(conversation.created).strftime("%Y-%m-%d %H:%M")
    parts = [f"# {_inline(conversation.title)}", words["kept"].format(began)]
    for turn in conversation.turns:
        parts += _turn(turn, words, find)
    return "\n\n".join(part for part in parts if part) + "\n"


def turn_as_markdown(turn: KeptTurn, language: Language = "ko", find: FindNote = lambda path: None) -> str:
    """Writes one question and its answer out, as they stand in the note of the conversation."""
    return "\n\n".join(part for part in _turn(turn, _WORDS[language], find) if part) + "\n"


def _turn(turn: KeptTurn, words: dict[str, str], find: FindNote) -> Iterator[str]:
    yield f"## {_inline(' '.join(turn.asked.question.split()))}"
    answer = turn.answer
    if answer is not None:
        if answer.taken_as:
            yield f"> {_inline(words['taken'].format(answer.taken_as))}"
        yield from _sides(answer.sentences)
        if any(is_doubted(sentence) for sentence in answer.sentences):
            yield f"> {words['doubt']}"
        if answer.nearest:
            places = (
                wikilink(near.note, near.title, near.headings, near.line_start, find)
                for near in answer.nearest
            )
            yield f"{words['nearest']}\n\n" + "\n".join(f"- {place}" for place in places)
        if answer.citations:
            yield f"{words['sources']}\n\n{_sources(answer.citations, words, find)}"
        yield _more(answer, words, find)
    if turn.state != "whole":
        yield f"> {words[turn.state]}"


def _sides(sentences: Sequence[Sentence]) -> Iterator[str]:
    """The sentences; of an answer in both languages, one language after the other."""
    for sides, group in groupby(sentences, key=lambda sentence: bool(sentence.language)):
        said = list(group)
        if not sides:
            yield _written(said)
            continue
        for code, name in (("ko", "한국어"), ("en", "English")):
            if own := [sentence for sentence in said if sentence.language == code]:
                yield f"**{name}**"
                yield _written(own)


def _written(sentences: Sequence[Sentence]) -> str:
    """Sentences as Markdown blocks, those of one list or table together."""
    blocks = list[str]()
    for kind, group in groupby(sentences, key=_block):
        said = list(group)
        if kind == "table":
            blocks.append("\n".join(_rows(said)))
        elif kind in ("bullets", "steps"):
            blocks.append("\n".join(_items(said)))
        else:
            blocks += [_alone(sentence) for sentence in said]
    return "\n\n".join(blocks)


def _block(sentence: Sentence) -> str:
    forms = {"item": "bullets", "subitem": "bullets", "step": "steps", "header": "table", "row": "table"}
    return forms.get(sentence.form, "")


def _items(said: Sequence[Sentence]) -> Iterator[str]:
    for number, sentence in enumerate(said, 1):
        bullet = _BULLETS.get(sentence.form, f"{number}. ")
        yield f"{bullet}{_said(sentence)}"


def _rows(said: Sequence[Sentence]) -> Iterator[str]:
    """Rows of a table; one without a header gets an empty one, as Markdown knows no other."""
    width = max(sentence.text.count(CELLS) + 1 for sentence in said)
    if said[0].form != "header":
        yield "|" + "  |" * width
        yield "|" + " --- |" * width
    for sentence in said:
        cells = [_inline(cell).replace("|", r"\|") for cell in sentence.text.split(CELLS)]
        cells[-1] += _markers(sentence)
        yield f"| {' | '.join(cells)} |"
        if sentence.form == "header":
            yield "|" + " --- |" * width


def _alone(sentence: Sentence) -> str:
    if sentence.form == "code":
        longest = max((len(run) for run in re.findall("`+", sentence.text)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}\n{sentence.text}\n{fence}\n{_markers(sentence).strip()}".rstrip()
    lead = "> " if sentence.form == "note" else ""
    return lead + _said(sentence)


def _said(sentence: Sentence) -> str:
    return _inline(sentence.text) + _markers(sentence)


def _markers(sentence: Sentence) -> str:
    markers = "".join(f"[{n}]" for n in sentence.citations) + DOUBT * is_doubted(sentence)
    return f" {markers}" if markers else ""


def _sources(citations: Sequence[Citation], words: dict[str, str], find: FindNote) -> str:
    return "\n".join(
        f"- [{c.n}] {wikilink(c.note, c.title, c.headings, c.line_start, find)}, {_lines(c, words)}: "
        f"“{_inline(' '.join(plain_text(c.quote).split()))}”"
        for c in citations
    )


def _lines(citation: Citation, words: dict[str, str]) -> str:
    first, last = citation.line_start, citation.line_end
    return words["line"].format(first) if first == last else words["lines"].format(first, last)


def _more(answer: Answer, words: dict[str, str], find: FindNote) -> str:
    """What is folded away under an answer, in a callout that Obsidian folds away too."""
    if not answer.more.sentences:
        return ""
    inside = f"{_written(answer.more.sentences)}\n\n{_sources(answer.more.citations, words, find)}"
    return f"> [!note]- {words['more']}\n" + "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))


def _inline(text: str) -> str:
    r"""A plain text as Markdown that shows the very same.

    A pipe is one of a table only in its rows, and one tilde alone strikes nothing out.

    >>> _inline("1. *args는 #태그 $5"), _inline("EC2_instance"), _inline("A&T; 값"), _inline("1~5분 | 값")
    ('1\\. \\*args는 \\#태그 \\$5', 'EC2\\_instance', 'A&amp;T; 값', '1~5분 | 값')
    """
    plain = _ENTITY.sub("&amp;", text.replace("\n", " "))
    escaped = _MARKUP.sub(r"\\\1", plain)
    return _OPENS_BLOCK.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", escaped)
