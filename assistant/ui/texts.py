"""What the page says, in Korean and English."""

from dataclasses import dataclass, fields
from typing import Literal

UiLanguage = Literal["ko", "en"]


@dataclass(frozen=True, slots=True)
class Texts:
    """Every text of the interface in one language; `{}` are filled by `str.format`."""

    tagline: str
    opening: str
    other_language: str
    welcome: str
    invitation: str
    try_asking: str
    ask: str
    ask_label: str
    send: str
    stop: str
    language: str
    language_auto: str
    language_both: str
    answerer: str
    answerer_notes: str
    written_by: str
    sources: str
    searching: str
    stopped: str
    failed: str
    broken: str
    busy: str
    lost_server: str
    again: str
    remake: str
    reword: str
    rewording: str
    cancel: str
    branch: str
    branch_before: str
    branch_after: str
    unkept: str
    unverified: str
    unverified_why: str
    contradicted: str
    contradicted_why: str
    nearest: str
    more: str
    near_sentences: str
    taken: str
    taken_as: str
    alone: str
    onward: str
    cited_at: str
    line: str
    lines: str
    source_empty_title: str
    source_empty: str
    source_failed: str
    close: str
    changed: str
    missing: str
    moved: str
    lost: str
    unknown: str
    shown_in_part: str
    not_rendered: str
    picture: str
    picture_outside: str
    picture_large: str
    obsidian: str
    copy_link: str
    link_copied: str
    link_not_copied: str
    status: str
    skipped: str
    updated: str
    waiting: str
    away: str
    failing: str
    scope: str
    like: str
    dislike: str
    liked: str
    disliked: str
    explained: str
    reasons: str
    why_wrong: str
    why_missing: str
    why_source: str
    why_noted: str
    why_other: str
    why_said: str
    copy: str
    copied: str
    not_copied: str
    not_kept: str


KOREAN = Texts(
    tagline="내 노트에 묻고, 근거를 확인해요",
    opening="노트를 펼치는 중이에요",
    other_language="English",
    welcome="무엇이 궁금하세요?",
    invitation="노트에 적어 둔 내용으로 답하고, 문장마다 그 근거가 적힌 줄을 보여 드려요.",
    try_asking="이렇게 물어보세요",
    ask="노트에 묻기",
    ask_label="질문",
    send="보내기",
    stop="멈추기",
    language="답변 언어",
    language_auto="자동",
    language_both="둘 다",
    answerer="누가 답할지",
    answerer_notes="노트의 문장",
    written_by="{name} 모델이 쓰고 노트와 맞춰 본 답",
    sources="근거",
    searching="노트를 찾아보고 있어요",
    stopped="여기서 멈췄어요.",
    failed="답을 만드는 중에 문제가 생겼어요.",
    broken="답하는 중에 mutgo가 꺼져서 여기까지만 남았어요.",
    busy="지금 묻는 사람이 많아서 받지 못했어요. 잠시 뒤에 다시 보내 주세요.",
    lost_server="mutgo에 연결되지 않아요. 켜져 있는지 봐 주세요.",
    again="다시 묻기",
    remake="다시 답하기",
    reword="질문 고치기",
    rewording="질문을 고치고 있어요. 지금까지의 답은 따로 남아요.",
    cancel="그만두기",
    branch="{count}갈래 중 {n}번째",
    branch_before="앞 갈래 보기",
    branch_after="다음 갈래 보기",
    unkept="이 대화는 적어 두지 못하고 있어요. 디스크에 자리가 있는지 봐 주세요.",
    unverified="노트에서 확인 안 됨",
    unverified_why="이 문장을 뒷받침하는 곳을 노트에서 찾지 못했어요.",
    contradicted="노트와 다름",
    contradicted_why="노트에는 이와 다르게 적혀 있어요. 번호를 눌러 확인해 보세요.",
    nearest="가까운 노트",
    more="노트에서 더 보기 · {count}문장",
    near_sentences="가장 가까운 문장 보기 · {count}문장",
    taken="‘{carried}’에 대해 물으신 것으로 봤어요.",
    taken_as="‘{carried}’ 이렇게 물으신 것으로 봤어요.",
    alone="이 질문만 다시 묻기",
    onward="이어서 물어보기",
    cited_at="근거 {n}: {title}, {where}",
    line="{first}번째 줄",
    lines="{first}–{last}번째 줄",
    source_empty_title="근거가 여기에 펼쳐져요",
    source_empty="답에 달린 번호를 누르면 노트의 바로 그 줄이 표시되어 열려요.",
    source_failed="노트를 여는 중에 문제가 생겼어요. 잠시 뒤에 다시 눌러 주세요.",
    close="닫기",
    changed="색인한 뒤에 이 노트가 바뀌었어요. 아래는 색인할 때의 내용이에요.",
    missing="이 노트의 파일이 없어졌어요. 아래는 색인할 때의 내용이에요.",
    moved="답이 나온 뒤에 노트가 다시 색인되어, 인용한 문장을 새 자리에서 찾았어요.",
    lost="답이 나온 뒤에 노트가 다시 색인되었고, 인용한 문장은 더 이상 없어요.",
    unknown="‘{note}’ 노트가 없어요. 지워졌거나 이름이 바뀌었을 수 있어요.",
    shown_in_part="긴 노트라서 인용한 곳 둘레만 보여요.",
    not_rendered="인용한 원문",
    picture="그림",
    picture_outside="{host}에 있는 그림 · 새 탭에서 열려요",
    picture_large="{picture} (20MB가 넘는 그림이라 여기서는 보여 드리지 않아요)",
    obsidian="Obsidian에서 열기",
    copy_link="링크 복사",
    link_copied="복사했어요",
    link_not_copied="복사하지 못했어요",
    status="노트 {notes:,}개 · 조각 {chunks:,}개",
    skipped="읽을 때 알아 둘 것 {count:,}건",
    updated="방금 반영했어요",
    waiting="다른 mutgo가 색인을 쓰는 중이에요",
    away="노트 폴더가 보이지 않아요. 그전 내용으로 답해요",
    failing="바뀐 노트를 반영하지 못하고 있어요. 그전 내용으로 답해요",
    scope="찾을 곳",
    like="도움이 됐어요",
    dislike="아쉬워요",
    liked="알려 주셔서 고마워요.",
    disliked="알려 주셔서 고마워요. 무엇이 아쉬웠나요? mutgo가 도는 컴퓨터에만 적어 둬요.",
    explained="적어 뒀어요. 더 나은 답을 만드는 데 쓸게요.",
    reasons="아쉬운 까닭",
    why_wrong="틀린 말이 있어요",
    why_missing="빠진 것이 있어요",
    why_source="출처에 없는 말이에요",
    why_noted="노트에 있는 내용이에요",
    why_other="다른 것을 물었어요",
    why_said="직접 적고 Enter",
    copy="출처와 함께 복사",
    copied="복사했어요",
    not_copied="복사하지 못했어요",
    not_kept="의견을 적어 두지 못했어요. 디스크에 자리가 있는지 보고 다시 눌러 주세요.",
)

ENGLISH = Texts(
    tagline="Ask your notes, check the answer",
    opening="Opening your notes",
    other_language="한국어",
    welcome="What would you like to know?",
    invitation="Answers come from your own notes, and every sentence shows the line that says so.",
    try_asking="Try asking",
    ask="Ask your notes",
    ask_label="Question",
    send="Send",
    stop="Stop",
    language="Answer in",
    language_auto="Auto",
    language_both="Both",
    answerer="Who answers",
    answerer_notes="Notes' own words",
    written_by="Written by {name}, checked against the notes",
    sources="Sources",
    searching="Looking through your notes",
    stopped="Stopped here.",
    failed="Something went wrong while answering.",
    broken="mutgo stopped while it was answering; this is as far as it came.",
    busy="Many are asking just now, and this could not be taken. Please send it again in a moment.",
    lost_server="mutgo can't be reached. See whether it is still running.",
    again="Ask again",
    remake="Answer again",
    reword="Edit the question",
    rewording="You are editing a question. What was answered so far is kept beside it.",
    cancel="Cancel",
    branch="branch {n} of {count}",
    branch_before="Show the branch before",
    branch_after="Show the next branch",
    unkept="This conversation is not being kept. See whether the disk has room.",
    unverified="Not confirmed by your notes",
    unverified_why="No place in your notes was found that supports this sentence.",
    contradicted="Your notes say otherwise",
    contradicted_why="Your notes say otherwise. Choose the number to see the place.",
    nearest="Closest notes",
    more="More from the notes · {count}",
    near_sentences="Closest sentences · {count}",
    taken="Taken to be about “{carried}”.",
    taken_as="Taken to ask “{carried}”",
    alone="Ask it by itself",
    onward="Ask next",
    cited_at="Source {n}: {title}, {where}",
    line="line {first}",
    lines="lines {first}–{last}",
    source_empty_title="Sources open here",
    source_empty="Choose a number in an answer to see the very line of the note it comes from.",
    source_failed="The note could not be opened. Please try again in a moment.",
    close="Close",
    changed="This note changed after it was indexed. Below is what was indexed.",
    missing="The file of this note is gone. Below is what was indexed.",
    moved="The note was indexed again after this answer; the quote was found at its new place.",
    lost="The note was indexed again after this answer, and the quote is no longer in it.",
    unknown="There is no note “{note}”. It may have been deleted or renamed.",
    shown_in_part="This note is long; only the part around the quote is shown.",
    not_rendered="The quoted source",
    picture="picture",
    picture_outside="picture at {host} · opens in a new tab",
    picture_large="{picture} (a picture of over 20 MB, which is not shown here)",
    obsidian="Open in Obsidian",
    copy_link="Copy link",
    link_copied="Copied",
    link_not_copied="Could not copy",
    status="{notes:,} notes · {chunks:,} passages",
    skipped="{count:,} things to know about the files",
    updated="Just updated",
    waiting="Another mutgo is writing the index",
    away="The notes folder is away; answers come from what was read before",
    failing="Changed notes could not be taken in; answers come from what was read before",
    scope="Look in",
    like="This helped",
    dislike="This missed",
    liked="Thank you for telling us.",
    disliked="Thank you for telling us. What was missing? It is noted only on the computer that runs mutgo.",
    explained="Noted. It will go into making answers better.",
    reasons="What was wrong",
    why_wrong="Something is wrong",
    why_missing="Something is missing",
    why_source="The source does not say so",
    why_noted="It is in my notes",
    why_other="I asked something else",
    why_said="In your own words, then Enter",
    copy="Copy with sources",
    copied="Copied",
    not_copied="Could not be copied",
    not_kept="Your feedback could not be kept. See whether the disk has room, then try again.",
)


def texts(language: str) -> Texts:
    """The texts for an interface language: Korean for `ko` and its variants, else English."""
    return KOREAN if language.split("-")[0].lower() == "ko" else ENGLISH


def preferred(accept_language: str) -> UiLanguage:
    """The interface language for a browser, from its `Accept-Language` header.

    >>> preferred("ko-KR,ko;q=0.9,en;q=0.8"), preferred("fr,en;q=0.8"), preferred("")
    ('ko', 'en', 'en')
    """
    first = accept_language.split(",")[0].strip().lower()
    return "ko" if first.split("-")[0] == "ko" else "en"


def translations() -> dict[str, dict[str, str]]:
    """The texts of both languages by name, as `gr.I18n` takes them."""
    return {
        code: {field.name: getattr(words, field.name) for field in fields(Texts)}
        for code, words in (("ko", KOREAN), ("en", ENGLISH))
    }
