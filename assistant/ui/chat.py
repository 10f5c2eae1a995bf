"""An answer as HTML: one article a turn, with its question, its sentences and where they are from.

Everything that is not a constant here is escaped; no text of a note, a question or a model reaches
the page as markup. The HTML is one line, as Gradio's Markdown passes only that through untouched.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from typing import Literal

from assistant.answers import CELLS, Answer, Nearest, Sentence, is_doubted
from assistant.citations import Citation
from assistant.ui.sources import where
from assistant.ui.texts import Texts

State = Literal["streaming", "done", "stopped", "failed", "broken"]

_GROUPS = {"item": "ul", "subitem": "ul", "step": "ol", "header": "table", "row": "table"}
"""Sentences in a row that make one element of the page together."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what has been answered to it so far.

    Attributes:
        question: What was asked.
        answer: As far as it has come.
        state: Whether it is still coming, and how it ended; `broken` with the process that made it.
        id: Its id where it is kept.
        branches: The ids of what was asked in its place, its own too; empty where nothing else was.
    """

    question: str
    answer: Answer | None = None
    state: State = "streaming"
    id: int | None = None
    branches: tuple[int, ...] = ()


def turn_html(turn: Turn, words: Texts, number: int | None = None) -> str:
    """One question with its answer; with a number, what can be done about it is below the answer."""
    answer = turn.answer
    language = answer.language if answer else ""
    body = f"{_answer(answer, turn.state, words)}" if answer else ""
    if turn.state == "streaming" and not body:
        body = f'<p class="waiting">{escape(words.searching)}</p>'
    endings = {"stopped": words.stopped, "failed": words.failed, "broken": words.broken}
    ending = endings.get(turn.state, "")
    if ending:
        again = _button("again", words.again) if turn.state in ("failed", "broken") else ""
        body += f'<p class="remark ending" role="status">{escape(ending)} {again}</p>'
    abstained = " abstained" if answer and answer.abstained else ""
    foot = _foot(turn, number, words) if turn.state != "streaming" and number is not None else ""
    known = "" if turn.id is None else f' data-turn="{turn.id}"'
    return _one_line(
        f'<article class="turn" data-state="{turn.state}"{known}>'
        f'<h2 class="question">{_text(turn.question)}</h2>'
        f'<div class="answer{abstained}" lang="{language}">{body}</div>'
        f"{foot}{_onward(turn, words)}</article>"
    )


def unkept_html(words: Texts) -> str:
    """Says that the conversation is not being kept."""
    return f'<p class="notice unkept" role="status">{escape(words.unkept)}</p>'


def _answer(answer: Answer, state: State, words: Texts) -> str:
    citations = {citation.n: citation for citation in answer.citations}
    parts = [_taken(answer, words), _sentences(answer.sentences, citations, words)]
    if state != "streaming" and answer.more.sentences:
        parts.append(_more(answer, words))
    if answer.nearest:
        parts.append(_nearest(answer.nearest, words))
    if state != "streaming" and answer.citations:
        parts.append(_sources(answer.citations, words))
    return "".join(parts)


def _taken(answer: Answer, words: Texts) -> str:
    """What a follow-up was taken to ask, and a button to ask it by itself."""
    if not answer.carried:
        return ""
    whole = answer.carried == answer.taken_as
    said = (words.taken_as if whole else words.taken).format(carried=answer.carried)
    return (
        f'<p class="remark taken" title="{_attribute(answer.taken_as)}">{_text(said)}'
        f" {_button('alone', words.alone)}</p>"
    )


def _sentences(sentences: Sequence[Sentence], citations: dict[int, Citation], words: Texts) -> str:
    """The sentences; of an answer in both languages, each side by itself."""
    html = list[str]()
    for sides, group in groupby(sentences, key=lambda s: bool(s.language)):
        said = list(group)
        if sides:
            columns = [[s for s in said if s.language == language] for language in ("ko", "en")]
            html.append('<div class="sides">')
            html += [
                f'<div lang="{own[0].language}">{_column(own, citations, words)}</div>'
                for own in columns
                if own
            ]
            html.append("</div>")
        else:
            html.append(_column(said, citations, words))
    return "".join(html)


def _column(sentences: Sequence[Sentence], citations: dict[int, Citation], words: Texts) -> str:
    html = list[str]()
    for tag, group in groupby(sentences, key=lambda s: _GROUPS.get(s.form)):
        if tag == "table":
            html.append(f'<div class="table"><table>{_rows(list(group), citations, words)}</table></div>')
            continue
        shown = [(sentence, _sentence(sentence, citations, words)) for sentence in group]
        if tag is None:
            html += [_alone(sentence, text) for sentence, text in shown]
        else:
            html.append(f"<{tag}>{_items(shown)}</{tag}>")
    return "".join(html)


def _alone(sentence: Sentence, text: str) -> str:
    tag = "pre" if sentence.form == "code" else "p"
    return f"<{tag}{_classes(sentence)}>{text}</{tag}>"


def _rows(lines: Sequence[Sentence], citations: dict[int, Citation], words: Texts) -> str:
    """The lines of a table; what is said of a whole row stands in its last cell."""
    html = list[str]()
    for line in lines:
        *first, last = line.text.split(CELLS)
        cells = [*map(_text, first), _sentence(replace(line, text=last), citations, words)]
        cell = "th" if line.form == "header" else "td"
        html.append(f"<tr{_classes(line)}>" + "".join(f"<{cell}>{text}</{cell}>" for text in cells) + "</tr>")
    return "".join(html)


def _items(shown: Iterable[tuple[Sentence, str]]) -> str:
    """List items; a subitem goes into a list within the item before it."""
    html, open_item, nested = list[str](), False, False
    for sentence, text in shown:
        inner = sentence.form == "subitem" and open_item
        if nested and not inner:
            html.append("</ul>")
        if open_item and not inner:
            html.append("</li>")
        if inner and not nested:
            html.append("<ul>")
        html.append(f"<li{_classes(sentence)}>{text}" + ("</li>" if inner else ""))
        open_item, nested = True, inner
    return "".join(html) + ("</ul>" if nested else "") + ("</li>" if open_item else "")


def _classes(sentence: Sentence) -> str:
    if sentence.form == "note":
        return ' class="remark"'
    return f' class="{sentence.verdict}"' if is_doubted(sentence) else ""


def _sentence(sentence: Sentence, citations: dict[int, Citation], words: Texts) -> str:
    chips = "".join(_chip(citations[n], words) for n in sentence.citations if n in citations)
    text = _text(sentence.shown)
    if is_doubted(sentence):
        contradicted = sentence.verdict == "contradicted"
        label = words.contradicted if contradicted else words.unverified
        why = escape(words.contradicted_why if contradicted else words.unverified_why)
        badge = f'<span class="badge" title="{why}">{escape(label)}</span>'
        return f'<span class="claim">{text}</span> {badge}{chips}'
    # The last word and its numbers stay on one line: a lone number must not begin a line.
    return f'{text}<span class="chips">{chips}</span>' if chips else text


def _chip(citation: Citation, words: Texts) -> str:
    lines = where(citation.line_start, citation.line_end, words)
    label = words.cited_at.format(n=citation.n, title=citation.title, where=lines)
    return (
        f'<button type="button" class="chip" data-n="{citation.n}" {_place(citation)}'
        f' data-title="{escape(_trail(citation.title, citation.headings))}"'
        f' data-where="{escape(lines)}" aria-label="{escape(label)}">'
        f"<i>[</i>{citation.n}<i>]</i></button>"
    )


def _place(citation: Citation) -> str:
    return (
        f'data-note="{escape(citation.note)}" data-start="{citation.start}"'
        f' data-end="{citation.end}" data-quote="{_attribute(citation.quote)}"'
    )


def _sources(citations: Sequence[Citation], words: Texts) -> str:
    """The cited notes, each once, with its numbers."""
    by_note: dict[str, list[Citation]] = {}
    for citation in citations:
        by_note.setdefault(citation.note, []).append(citation)
    items = "".join(
        f'<li><span class="cited-note">{escape(cited[0].title)}</span>'
        f"{''.join(_chip(citation, words) for citation in cited)}</li>"
        for cited in by_note.values()
    )
    label = escape(words.sources)
    return f'<footer class="sources"><h3>{label}</h3><ul>{items}</ul></footer>'


def _more(answer: Answer, words: Texts) -> str:
    """What else the notes say, folded away, under the places it stands in."""
    citations = {citation.n: citation for citation in (*answer.citations, *answer.more.citations)}
    count = len(answer.more.citations)
    label = (words.near_sentences if answer.abstained else words.more).format(count=count)
    html = [f'<details class="more"><summary>{escape(label)}</summary>']
    for trail, group in groupby(_placed(answer.more.sentences, citations), key=lambda pair: pair[0]):
        html += [f"<h4>{_text(trail)}</h4>", _sentences([said for _, said in group], citations, words)]
    return "".join([*html, "</details>"])


def _placed(sentences: Sequence[Sentence], citations: dict[int, Citation]) -> list[tuple[str, Sentence]]:
    """Each sentence with the place it stands in; a table's header, which cites nothing, with its first row's."""
    placed: list[tuple[str, Sentence]] = []
    trail = ""
    for sentence in reversed(sentences):
        if sentence.citations:
            citation = citations[sentence.citations[0]]
            trail = _trail(citation.title, citation.headings)
        placed.append((trail, sentence))
    return placed[::-1]


def _nearest(nearest: Sequence[Nearest], words: Texts) -> str:
    items = "".join(
        f'<li><button type="button" class="near" data-note="{escape(near.note)}"'
        f' data-line="{near.line_start}"><b>{escape(near.title)}</b>'
        f"<span>{escape(' › '.join(_below_title(near.title, near.headings)))}</span></button></li>"
        for near in nearest
    )
    return f'<section class="nearest"><h3>{escape(words.nearest)}</h3><ul>{items}</ul></section>'


def _foot(turn: Turn, number: int, words: Texts) -> str:
    """What can be done about an answer: rate it, copy it, have it made again, ask otherwise, see the other branches."""
    thumbs = _thumbs(number, words) if turn.answer is not None and turn.state == "done" else ""
    copied = f' data-done="{escape(words.copied)}" data-failed="{escape(words.not_copied)}"'
    tools = _tool("copy", words.copy, copied) if turn.answer is not None else ""
    for name, label in (("remake", words.remake), ("reword", words.reword)):
        tools += _tool(name, label, f' data-number="{number}"')
    return f'<div class="foot">{thumbs}{tools}{_branches(turn, words)}{_writer(turn, words)}</div>'


def _tool(name: str, label: str, data: str) -> str:
    return (
        f'<button type="button" class="tool {name}"{data}'
        f' aria-label="{escape(label)}" title="{escape(label)}"></button>'
    )


def _writer(turn: Turn, words: Texts) -> str:
    """The chat model that wrote the answer; nothing where the notes' own sentences are it."""
    if turn.answer is None or turn.answer.answerer == "extract":
        return ""
    name = turn.answer.answerer.partition(":")[2] or turn.answer.answerer
    return f'<span class="writer">{escape(words.written_by.format(name=name))}</span>'


def _onward(turn: Turn, words: Texts) -> str:
    """Room for questions to go on with, which `page.js` asks for."""
    if turn.answer is None or turn.state != "done" or not turn.answer.citations:
        return ""
    return f'<section class="onward" data-title="{escape(words.onward)}" hidden></section>'


def _branches(turn: Turn, words: Texts) -> str:
    """Which of the branches this is, with a way to the one before and the one after."""
    if turn.id not in turn.branches:
        return ""
    at, count = turn.branches.index(turn.id), len(turn.branches)
    arrows = [
        f'<button type="button" class="branch" aria-label="{escape(label)}" title="{escape(label)}"'
        + (f' data-branch="{turn.branches[to]}"' if 0 <= to < count else " disabled")
        + f">{arrow}</button>"
        for arrow, to, label in (("‹", at - 1, words.branch_before), ("›", at + 1, words.branch_after))
    ]
    label = escape(words.branch.format(n=at + 1, count=count))
    return f'<span class="branches">{arrows[0]}<span aria-label="{label}">{at + 1}/{count}</span>{arrows[1]}</span>'


def _button(name: str, label: str) -> str:
    return f'<button type="button" class="{name}">{escape(label)}</button>'


def _thumbs(number: int, words: Texts) -> str:
    buttons = "".join(
        f'<button type="button" class="thumb {thumb}" data-turn="{number}" data-thumb="{thumb}"'
        f' aria-pressed="false" aria-label="{escape(label)}" title="{escape(label)}"></button>'
        for thumb, label in (("up", words.like), ("down", words.dislike))
    )
    return f'<div class="thumbs">{buttons}</div>'


def _trail(title: str, headings: Sequence[str]) -> str:
    return " › ".join([title, *_below_title(title, headings)])


def _below_title(title: str, headings: Sequence[str]) -> Sequence[str]:
    """The heading path without a first heading that says the title again."""
    repeats = bool(headings) and title.casefold() in headings[0].casefold()
    return headings[1:] if repeats else headings


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _attribute(text: str) -> str:
    return escape(text).replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#9;")


def _one_line(html: str) -> str:
    return html.replace("\r", " ").replace("\n", " ")
