"""An answer: sentences, each with its citations and a verdict, or an honest abstention."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.citations import Citation
from index.scope import Scope
from index.text import has_hangul

Language = Literal["ko", "en"]
AnswerIn = Literal["ko", "en", "both"]
"""Language an answer is written in; in `both`, each sentence says which it is in."""

Verdict = Literal["supported", "unverified", "contradicted"]
Form = Literal["paragraph", "item", "step", "subitem", "header", "row", "code", "note"]

CELLS = " | "
"""Between the cells of a table's row or header."""

DOUBT = "⚠"
"""Marks what the notes don't prove, in plain text."""

_PREFIXES = {"item": "- ", "subitem": "  - "}


@dataclass(frozen=True, slots=True)
class Gloss:
    """The other name of what a sentence names, shown behind it in brackets.

    Attributes:
        at: One past the last character of the name in the sentence's text.
        name: The name in the other language.
    """

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer.

    Attributes:
        text: What it says, plain text without markup or markers; cells are parted by `CELLS`.
        citations: Numbers of the citations that say it, or say otherwise where the verdict is `contradicted`.
        verdict: Whether a cited span supports it.
        form: How it is shown: prose, a bullet, a numbered step, a nested bullet, a line of a table, code,
            or a remark of mutgo's own (`note`), which cites nothing.
        language: Language it is in, where the answer is in both; else empty.
        names: Other names of the services it names, in order; no part of the quote.
    """

    text: str
    citations: tuple[int, ...] = ()
    verdict: Verdict = "supported"
    form: Form = "item"
    language: Language | Literal[""] = ""
    names: tuple[Gloss, ...] = ()

    @property
    def shown(self) -> str:
        """The text with the other names put in.

        >>> Sentence("람다는 코드를 실행한다.", names=(Gloss(2, "AWS Lambda"),)).shown
        '람다(AWS Lambda)는 코드를 실행한다.'
        """
        space = "" if has_hangul(self.text) else " "
        text = self.text
        for gloss in reversed(self.names):
            text = f"{text[: gloss.at]}{space}({gloss.name}){text[gloss.at :]}"
        return text


def is_doubted(sentence: Sentence) -> bool:
    """Says whether a sentence tells something of the notes' subject that they don't prove."""
    return sentence.verdict != "supported" and sentence.form not in ("note", "header")


@dataclass(frozen=True, slots=True)
class Nearest:
    """A place worth a look when the notes do not answer."""

    note: str
    title: str
    headings: tuple[str, ...]
    line_start: int


@dataclass(frozen=True, slots=True)
class More:
    """What else the notes say near a question.

    Attributes:
        sentences: In reading order.
        citations: What they cite, numbered on from the answer's.
    """

    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person gets for a question.

    Attributes:
        question: The question as asked.
        language: Language the answer is written in.
        kind: What was asked for (`assistant.question.Kind`).
        abstained: The notes do not answer; `sentences` then say so and `nearest` is where to look.
        sentences: The answer, in reading order.
        citations: The cited places, numbered by first mention.
        nearest: The nearest places, best first.
        answerer: Which answerer wrote it: `extract`, or the chat model by its name.
        timings_ms: Milliseconds a stage took.
        scope: The part of the notes that was searched; an empty one is all of them.
        taken_as: What a follow-up was taken to ask; empty where the question was answered as it stands.
        carried: What was taken over for it from earlier turns, as people call it.
        more: For who wants to read on; where the notes do not answer, the sentences that come nearest.
    """

    question: str
    language: AnswerIn
    kind: str
    abstained: bool
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    answerer: str = "extract"
    timings_ms: dict[str, float] = field(default_factory=dict[str, float])
    scope: Scope = field(default_factory=Scope)
    taken_as: str = ""
    carried: str = ""
    more: More = field(default_factory=More)

    @property
    def text(self) -> str:
        """The whole answer with `[n]` markers, one sentence a line."""
        return written_out(self.sentences)

    @property
    def plain_text(self) -> str:
        """What the answer says of the notes' subject, without markers and remarks."""
        return "\n".join(sentence.text for sentence in self.sentences if sentence.form != "note")

    def as_json(self) -> dict[str, Any]:
        """The stable fields of `mutgo ask --json`; the README documents them."""
        return {
            "question": self.question,
            "language": self.language,
            "kind": self.kind,
            "abstained": self.abstained,
            "answer": self.text,
            "sentences": [self._sentence_json(sentence) for sentence in self.sentences],
            "citations": [citation_json(c) for c in self.citations],
            "more": {
                "sentences": [self._sentence_json(sentence) for sentence in self.more.sentences],
                "citations": [citation_json(c) for c in self.more.citations],
            },
            "nearest": [{"note": n.note, "headings": list(n.headings)} for n in self.nearest],
            "scope": {"in": list(self.scope.folders), "tag": list(self.scope.tags)},
            "taken_as": self.taken_as,
            "answerer": self.answerer,
            "timings_ms": self.timings_ms,
        }

    def _sentence_json(self, sentence: Sentence) -> dict[str, Any]:
        return {
            "text": sentence.text,
            "citations": list(sentence.citations),
            "verdict": sentence.verdict,
            "form": sentence.form,
            "language": sentence.language or self.language,
            "names": [{"at": gloss.at, "name": gloss.name} for gloss in sentence.names],
        }


def written_out(sentences: Sequence[Sentence]) -> str:
    """Returns sentences with `[n]` markers, one a line."""
    lines: list[str] = []
    steps = dict[str, int]()
    for sentence in sentences:
        markers = "".join(f"[{n}]" for n in sentence.citations) + DOUBT * is_doubted(sentence)
        match sentence.form:
            case "step":
                steps[sentence.language] = steps.get(sentence.language, 0) + 1
                lines.append(f"{steps[sentence.language]}. {sentence.shown} {markers}".rstrip())
            case "header" | "row":
                lines.append(f"| {sentence.text} {markers}".rstrip() + " |")
                if sentence.form == "header":
                    lines.append("|" + " --- |" * (sentence.text.count(CELLS) + 1))
            case form:
                lines.append(f"{_PREFIXES.get(form, '')}{sentence.shown} {markers}".rstrip())
    return "\n".join(lines)


def citation_json(citation: Citation) -> dict[str, Any]:
    """The stable fields of one citation."""
    return {
        "n": citation.n,
        "note": citation.note,
        "headings": list(citation.headings),
        "line_start": citation.line_start,
        "line_end": citation.line_end,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "sha256": citation.sha256,
    }
