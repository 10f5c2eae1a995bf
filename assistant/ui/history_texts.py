"""What the list of conversations says, in Korean and English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HistoryTexts:
    """Every text of the list in one language; `{}` are filled by `str.format`."""

    conversations: str
    toggle: str
    close: str
    new: str
    search: str
    today: str
    yesterday: str
    week: str
    earlier: str
    none: str
    nothing_found: str
    rename: str
    export: str
    delete: str
    title: str
    deleted: str
    undo: str
    gone: str
    failed: str
    unreadable: str
    newer: str
    damaged: str


KOREAN = HistoryTexts(
    conversations="대화 목록",
    toggle="대화 목록 열고 닫기",
    close="대화 목록 닫기",
    new="새 대화",
    search="대화에서 찾기",
    today="오늘",
    yesterday="어제",
    week="지난 7일",
    earlier="그 전",
    none="아직 나눈 대화가 없어요. 물어보면 여기에 남아요.",
    nothing_found="찾는 말이 들어 있는 대화가 없어요.",
    rename="‘{title}’ 이름 바꾸기",
    export="‘{title}’ 마크다운으로 내려받기",
    delete="‘{title}’ 지우기",
    title="대화 이름",
    deleted="대화를 지웠어요.",
    undo="되돌리기",
    gone="이 주소의 대화는 지워졌거나 여기에 없어요.",
    failed="하지 못했어요. 디스크에 자리가 있는지 보고 다시 해 주세요.",
    unreadable="적어 둔 대화를 읽지 못하고 있어요. 디스크에 자리가 있는지, 폴더를 쓸 수 있는지 봐 주세요.",
    newer="적어 둔 대화는 더 새로운 mutgo의 것이에요. mutgo를 새로 설치하기 전에는 대화가 남지 않아요.",
    damaged="대화를 적어 둔 파일이 망가져 있어서 ‘{name}’ 이름으로 옆에 치우고 새로 시작했어요.",
)

ENGLISH = HistoryTexts(
    conversations="Conversations",
    toggle="Show or hide conversations",
    close="Close the conversations",
    new="New conversation",
    search="Search conversations",
    today="Today",
    yesterday="Yesterday",
    week="Past 7 days",
    earlier="Earlier",
    none="Nothing has been asked yet. What you ask stays here.",
    nothing_found="No conversation holds these words.",
    rename="Rename “{title}”",
    export="Download “{title}” as Markdown",
    delete="Delete “{title}”",
    title="Title of the conversation",
    deleted="The conversation was deleted.",
    undo="Undo",
    gone="The conversation of this address was deleted or is not here.",
    failed="That did not work. See whether the disk has room, then try again.",
    unreadable="Conversations can't be read. See whether the disk has room and the folder can be written.",
    newer="The conversations are a newer mutgo's. Until mutgo is upgraded, none are kept.",
    damaged="The file of conversations was damaged; it was set aside as “{name}”, and a new one begun.",
)


def history_texts(language: str) -> HistoryTexts:
    """The texts for an interface language: Korean for `ko` and its variants, else English."""
    return KOREAN if language.split("-")[0].lower() == "ko" else ENGLISH
