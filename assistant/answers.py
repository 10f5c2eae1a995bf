"""An answer: sentences, each with its citations and a verdict, or an honest abstention."""

from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.citations import Citation
from index.scope import Scope

Language = Literal["ko", "en"]
Verdict = Literal["supported", "unverified", "contradicted"]
Form = Literal["paragraph", "item", "step", "subitem", "note"]

_PREFIXES = {"item": "- ", "subitem": "  - "}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer.

    Attributes:
        text: What is shown, plain text without markup or markers.
        citations: Numbers of the citations that say it.
        verdict: Whether a cited span supports it.
        form: How it is shown: prose, a bullet, a numbered step, a nested bullet, or a remark of
            mutgo's own (`note`), which cites nothing.
    """

    text: str
    citations: tuple[int, ...] = ()
    verdict: Verdict = "supported"
    form: Form = "item"


@dataclass(frozen=True, slots=True)
class Nearest:
    """A place worth a look when the notes do not answer."""

    note: str
    title: str
    headings: tuple[str, ...]
    line_start: int


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
        answerer: Which answerer wrote it.
        timings_ms: Milliseconds a stage took.
        scope: The part of the notes that was searched; an empty one is all of them.
    """

    question: str
    language: Language
    kind: str
    abstained: bool
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    answerer: str = "extract"
    timings_ms: dict[str, float] = field(default_factory=dict[str, float])
    scope: Scope = field(default_factory=Scope)

    @property
    def text(self) -> str:
        """The whole answer with `[n]` markers, one sentence a line."""
        lines: list[str] = []
        steps = 0
        for sentence in self.sentences:
            steps += sentence.form == "step"
            prefix = f"{steps}. " if sentence.form == "step" else _PREFIXES.get(sentence.form, "")
            markers = "".join(f"[{n}]" for n in sentence.citations)
            lines.append(f"{prefix}{sentence.text} {markers}".rstrip())
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The stable fields of `mutgo ask --json`; the README documents them."""
        return {
            "question": self.question,
            "language": self.language,
            "kind": self.kind,
            "abstained": self.abstained,
            "answer": self.text,
            "sentences": [
                {"text": s.text, "citations": list(s.citations), "verdict": s.verdict} for s in self.sentences
            ],
            "citations": [citation_json(c) for c in self.citations],
            "nearest": [{"note": n.note, "headings": list(n.headings)} for n in self.nearest],
            "scope": {"in": list(self.scope.folders), "tag": list(self.scope.tags)},
            "answerer": self.answerer,
            "timings_ms": self.timings_ms,
        }


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
