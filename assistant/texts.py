"""What mutgo itself says in an answer, in Korean and English. Never a statement about the notes' subject."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import Answer, Language, Sentence
from assistant.particles import with_particle
from assistant.question import Question
from index.opened import Index
from index.search import name_things
from index.text import has_hangul

UNPROVED = (
    "모델이 쓴 답은 노트에서 확인되지 않아서, 노트의 문장으로 답해요.",
    "What the model wrote is not confirmed by your notes, so here are their own sentences.",
)
NOT_FOUND_BY_MODEL = (
    "모델은 답을 찾지 못했다고 해서, 질문에 가장 가까운 노트의 문장을 보여 드려요.",
    "The model found no answer, so here are the sentences of your notes that come nearest.",
)
"""Why a model's answer is not shown, in Korean and English."""


_KOREAN_ONLY: dict[Language, str] = {
    "ko": "영어로 적힌 노트가 없어서 한국어 문장을 그대로 보여 드려요.",
    "en": "These notes have no English version, so here are their own Korean lines.",
}
_PARTLY_KOREAN: dict[Language, str] = {
    "ko": "일부 노트는 영어로 적힌 것이 없어서, 그 노트의 한국어 문장을 그대로 보여 드려요.",
    "en": "Some of these notes have no English version, so their own Korean lines are shown.",
}
"""Why an answer in English holds Korean lines: the notes it quotes have no companion, or some of them."""


_GREETING = re.compile(
    r"(?:안녕(?:하세요|하십니까)?|하이요?|반가(?:워요?|습니다)|고마(?:워요?|습니다)|감사(?:해요?|합니다)"
    r"|도움말|도와 ?(?:줘요?|주세요)|사용법(?: ?알려 ?(?:줘요?|주세요))?|(?:너는?|넌) ?(?:누구|뭐)(?:야|니|예요)"
    r"|(?:뭐|뭘|무엇을) ?할 ?수 ?있(?:어요?|니|나요))[\s!?.~^ㅎㅋ]*"
    r"|(?:hi|hello|hey|thanks|thank you|help|who are you|what can you do)(?: there| mutgo)?[\s!?.~]*",
    re.IGNORECASE,
)
_WELCOME: dict[Language, str] = {
    "ko": "안녕하세요! 노트에 적힌 것을 물어보시면, 적힌 문장과 그 자리를 함께 보여 드려요. "
    "이렇게 물어보세요: ‘A가 뭐야?’, ‘A와 B의 차이는?’, ‘A는 언제 써?’",
    "en": "Hello! Ask what your notes say, and you see their own sentences, each with its place. "
    "For example: “what is A?”, “A vs B”, “when should I use A?”",
}


def is_greeting(text: str) -> bool:
    """Whether someone says hello or thanks, or asks what mutgo does, instead of asking the notes.

    >>> is_greeting("안녕하세요!"), is_greeting("help"), is_greeting("하이브리드 클라우드가 뭐야?")
    (True, True, False)
    """
    return _GREETING.fullmatch(text.strip()) is not None


def with_remark(answer: Answer, remark: tuple[str, str], language: Language) -> Answer:
    """Returns an answer with a remark before it, given in Korean and English."""
    said = _remark(remark[0] if language == "ko" else remark[1])
    return replace(answer, sentences=(said, *answer.sentences))


def not_in_the_notes(question: Question, missing: Sequence[str], chunk_count: int, language: Language) -> str:
    """Returns the honest no: what the notes lack, as far as it can be named."""
    if not question.text:
        return "질문을 적어 주세요." if language == "ko" else "Please type a question."
    if not chunk_count:
        return (
            "노트가 비어 있어요. 노트 폴더에 .md 파일을 넣고 다시 물어보세요."
            if language == "ko"
            else "There are no notes yet. Put .md files into the notes folder and ask again."
        )
    if is_greeting(question.text):
        return _WELCOME[language]
    named = list(missing[:3])
    if language == "ko":
        if not named:
            return "노트에 없어요. 질문에 답하는 문장을 찾지 못했어요."
        words = ", ".join(f"‘{word}’" for word in named)
        return f"노트에 없어요. {words}{subject_particle(named[-1])} 노트에 나오지 않아요."
    if not named:
        return "Not in the notes: no sentence in them answers this."
    words = ", ".join(f"“{word}”" for word in named)
    return f"Not in the notes: {words} {'does' if len(named) == 1 else 'do'} not occur in them."


def nothing_said_of(things: Sequence[str], language: Language) -> Sentence:
    """Returns the remark that an answer is silent about some of the things asked about."""
    if language == "ko":
        named = ", ".join(f"‘{thing}’" for thing in things)
        return _remark(f"{named}에 대해서는 노트에서 답이 될 문장을 찾지 못했어요.")
    named = ", ".join(f"“{thing}”" for thing in things)
    return _remark(f"About {named} the notes have no sentence that answers this.")


def notes_disagree(
    numbers: tuple[int, int],
    said: tuple[str, str],
    *,
    denies: int | None,
    newer: int | None,
    same_note: bool,
    language: Language,
) -> Sentence:
    """Returns the remark that two cited sentences contradict each other.

    Args:
        numbers: The numbers of their citations.
        said: What each says instead, such as an amount; empty where only the sentences can tell.
        denies: Which of the two denies what the other says, 0 or 1; None where neither does.
        newer: The number of the one whose note is newer; None where that is not known.
        same_note: Both stand in one note.
        language: Language of the remark.
    """
    how = _how_they_disagree(numbers, said, denies, language)
    if language == "ko":
        which = "한 노트 안에서 말이 달라요" if same_note else "노트끼리 말이 달라요"
        newest = f" 더 새 노트는 {with_particle(f'[{newer}]', '이에요/예요')}." if newer else ""
        return _remark(f"{which}: {how}{newest}")
    which = "One note contradicts itself" if same_note else "Your notes disagree"
    newest = f" [{newer}] is from the newer note." if newer else ""
    return _remark(f"{which}: {how}{newest}")


def _how_they_disagree(
    numbers: tuple[int, int], said: tuple[str, str], denies: int | None, language: Language
) -> str:
    first, second = (f"[{number}]" for number in numbers)
    if language == "ko":
        first, second = with_particle(first, "은/는"), with_particle(second, "은/는")
        if all(said):
            return f"{first} {said[0]}, {second} {with_particle(said[1], '이라고/라고')} 해요."
        if denies is not None:
            answers = ("그렇다고", "그렇지 않다고") if denies else ("그렇지 않다고", "그렇다고")
            return f"{first} {answers[0]}, {second} {answers[1]} 해요."
        return f"{first} 이렇다고, {second} 그 반대라고 해요."
    if all(said):
        return f"{first} says {said[0]}, {second} says {said[1]}."
    if denies is not None:
        return f"{second} denies what {first} says." if denies else f"{first} denies what {second} says."
    return f"{first} says one thing, {second} another."


def subject_particle(word: str) -> str:
    """Returns 이 or 가, whichever follows the word; `이(가)` where its sound is not known.

    >>> subject_particle("람다"), subject_particle("버킷"), subject_particle("S3")
    ('가', '이', '이')
    """
    last = word[-1:]
    if "가" <= last <= "힣":
        return "이" if (ord(last) - ord("가")) % 28 else "가"
    if last in "013678":  # 영 일 삼 육 칠 팔
        return "이"
    if last in "2459":
        return "가"
    if last.casefold() in "lmnr":  # 엘 엠 엔 알
        return "이"
    return "가" if word.isascii() and word.isupper() else "이(가)"


def remarks(
    index: Index,
    question: Question,
    sentences: Sequence[Sentence],
    korean: Sequence[str],
    language: Language,
    *,
    partly: bool,
) -> list[Sentence]:
    """Frames Korean quotes for an English reader: says why they are Korean, and glosses their terms.

    Args:
        index: The open index.
        question: The question.
        sentences: The answer.
        korean: The quotes that the notes have in Korean only.
        language: Language of the remarks.
        partly: Other quotes of the answer have an English version.
    """
    entries = {entry.id: entry for entry in index.reader.glossary}
    glosses: dict[str, str] = {}
    for quote in korean:
        for match in index.reader.names(quote, index.reader.entries):
            label = quote[match.start : match.end]
            if has_hangul(label):
                glosses.setdefault(label, entries[match.value].en)
    terms = ", ".join(f"{ko} = {en}" for ko, en in glosses.items())
    why = _PARTLY_KOREAN if partly else _KOREAN_ONLY
    framed = [_remark(why[language]), *sentences]
    if terms:
        framed.append(_remark(f"용어: {terms}" if language == "ko" else f"Terms: {terms}."))
    for thing in name_things(index, question.text)[-1:]:
        if thing.entry and language == "en":
            entry = entries[thing.entry]
            framed.append(
                _remark(f"From the glossary, not from the notes: {entry.en}. {entry.definition_en}")
            )
    return framed


def _remark(text: str) -> Sentence:
    return Sentence(text, verdict="unverified", form="note")


def examples(index: Index, count: int) -> list[str]:
    """Returns questions that the notes' names suggest: what-is in both languages, and one for kinds."""
    particles = {label: subject_particle(label) for label in _example_names(index)}
    korean = [f"{label}{particle} 뭐야?" for label, particle in particles.items() if len(particle) == 1]
    latin = [f"What is {label}?" for label in _example_names(index) if label.isascii()]
    kinds = [
        f"{place.label}는?"
        for places in index.places.values()
        for place in places[:1]
        if place.kind == "heading" and re.fullmatch(r".{2,16} (?:종류|유형)", place.label)
    ]
    chosen: list[str] = []
    for turn in range(count):
        pool = (korean, kinds, latin, korean)[turn % 4] or korean or latin
        fresh = sorted(question for question in pool if question not in chosen)
        if fresh:
            chosen.append(fresh[(turn * 7919 + len(fresh) // 2) % len(fresh)])
    return chosen


def _example_names(index: Index) -> list[str]:
    """Short names of single things: services of the glossary, else titles and headings `가 (A)`."""
    services = {entry.id for entry in index.reader.glossary if entry.kind == "service"}
    places = [p for found in index.places.values() for p in found if p.kind in ("title", "label", "heading")]
    known = [p for p in places if index.reader.entries.get(p.key) in services]
    labels = [p.label for p in known if p.kind in ("title", "label")] or [p.label for p in known]
    labels = labels or [p.label for p in places if p.label != p.source] or [p.label for p in places]
    return sorted({label for label in labels if len(label) <= 14 and len(label.split()) <= 2})
