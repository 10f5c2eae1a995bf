"""A case: a question, where the notes answer it, and what a right answer says.

Gold is source, never chunk ids, so that another way of chunking is held to the same truth:

    gold   needs that must all be met, each by any one of its places (note, heading path, sentence)
    facts  what must be said, each in any one of its forms, Korean or English
"""

import re
import unicodedata
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from index.text import has_hangul, normalise, squeeze

Kind = Literal[
    "what_is", "list", "compare", "steps", "recommend", "why", "value", "yes_no", "follow_up",
    "absent", "near_miss",
]  # fmt: skip
Typing = Literal[
    "paraphrase", "colloquial", "half_name", "typo", "spacing", "particles", "mixed_script", "nfd",
    "english_over_korean",
]  # fmt: skip
_SHORT = 4
"""Letters of a Latin form that is looked for as a word: `EKS` is in "weeks", `Lex` in "flexible"."""
UNANSWERABLE: tuple[Kind, ...] = ("absent", "near_miss")
WITHOUT_COMPANIONS: Typing = "english_over_korean"
"""Cases of this slice are asked over the Korean notes alone."""

_Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Strict):
    """Where the notes say something.

    Attributes:
        note: Vault-relative path of the (Korean) note.
        headings: Heading path, outermost first.
        text: The sentence, table row or block, without markup.
    """

    note: _Text
    headings: tuple[str, ...]
    text: _Text


class Fact(_Strict):
    """Something a right answer says, in any of these forms.

    Compared without spaces and marks, but a number is not found inside a longer one, nor a short
    Latin name inside a word.

    >>> Fact(ko=("15분",), en=()).in_text("최대 15분까지"), Fact(ko=("5분",), en=()).in_text("최대 15분까지")
    (True, False)
    >>> Fact(ko=(), en=("EKS",)).in_text("EKS를 쓴다"), Fact(ko=(), en=("EKS",)).in_text("within weeks")
    (True, False)
    """

    ko: tuple[_Text, ...]
    en: tuple[_Text, ...]

    @model_validator(mode="after")
    def _has_forms(self) -> Self:
        if not self.forms:
            raise ValueError("a fact needs a form with letters or digits")
        return self

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """All forms, squeezed."""
        return tuple(key for form in (*self.ko, *self.en) if (key := squeeze(form)))

    def in_text(self, text: str) -> bool:
        """Says whether a text holds the fact."""
        return any(_holds(text, form) for form in self.forms)


class Case(_Strict):
    """A question and what is right about it.

    Attributes:
        id: Unique slug.
        split: `dev` may be tuned on; the gate judges by `gate`.
        lang: Language of the question.
        kind: What is asked for; `absent` and `near_miss` are not in the notes.
        turns: The conversation; the last turn is the question. Cases of the slice `nfd` are written
            composed, for readers, and asked decomposed, as macOS gives text.
        rewritten: A follow-up question written out so that it stands alone.
        gold: The needs, each with its alternative places.
        facts: The key facts.
        forbid: What must not be said.
        about: Glossary ids of what it is about.
        slices: How it is typed.
        must_pass: So basic that the gate allows no failure once it has passed.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    split: Literal["dev", "gate"] = "dev"
    lang: Literal["ko", "en"]
    kind: Kind
    turns: Annotated[tuple[_Text, ...], Field(min_length=1)]
    rewritten: str | None
    gold: tuple[Annotated[tuple[Place, ...], Field(min_length=1)], ...]
    facts: tuple[Fact, ...]
    forbid: tuple[_Text, ...]
    about: tuple[str, ...]
    slices: tuple[Typing, ...]
    must_pass: bool

    @property
    def conversation(self) -> tuple[str, ...]:
        """The turns as they are asked."""
        form = "NFD" if "nfd" in self.slices else "NFC"
        return tuple(unicodedata.normalize(form, turn) for turn in self.turns)

    @property
    def question(self) -> str:
        """The last turn, as written."""
        return self.turns[-1]

    @property
    def answerable(self) -> bool:
        """Whether the notes hold the answer."""
        return self.kind not in UNANSWERABLE

    @property
    def companions(self) -> bool:
        """Whether it is asked over the notes with their English companions."""
        return WITHOUT_COMPANIONS not in self.slices

    @property
    def slice_names(self) -> tuple[str, ...]:
        """Every slice it counts in, each with its group."""
        return (
            f"kind:{self.kind}",
            f"lang:{self.lang}",
            *(f"typed:{name}" for name in self.slices),
            *(f"about:{name}" for name in self.about),
        )

    @property
    def cluster(self) -> str:
        """What it may share its luck with: the source note, or the subject of what isn't in one."""
        return self.gold[0][0].note if self.gold else f"about {self.about[0] if self.about else self.id}"

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for wrong, why in (
            (self.answerable != bool(self.gold), "only an unanswerable case has no gold"),
            (self.answerable != bool(self.facts), "only an unanswerable case has no facts"),
            ((self.kind == "follow_up") != (self.rewritten is not None), "a follow-up, and no other, is rewritten"),
            ((self.kind == "follow_up") != (len(self.turns) > 1), "a follow-up, and no other, has earlier turns"),
            ((self.lang == "ko") != has_hangul(self.question), "lang is ko where the question has Hangul"),
            (not self.companions and self.lang != "en", "english_over_korean is asked in English"),
            (len(set(self.slices)) < len(self.slices), "a slice is named twice"),
        ):  # fmt: skip
            if wrong:
                raise ValueError(why)
        return self


def _holds(text: str, form: str) -> bool:
    if len(form) <= _SHORT and form.isascii() and form.isalpha():
        return re.search(rf"(?<![a-z]){form}(?![a-z])", normalise(text).casefold()) is not None
    before = r"(?<!\d)" if form[0].isdigit() else ""
    after = r"(?!\d)" if form[-1].isdigit() else ""
    return re.search(f"{before}{re.escape(form)}{after}", squeeze(text)) is not None
