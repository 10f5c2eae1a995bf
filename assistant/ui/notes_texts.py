"""What the view of the notes says, in Korean and English."""

from dataclasses import dataclass

from assistant.ui.texts import UiLanguage


@dataclass(frozen=True, slots=True)
class NotesTexts:
    """Every text of the view in one language; `{}` are filled by `str.format`."""

    title: str
    counted: str
    ago: tuple[str, str, str, str]
    sync: str
    synced: str
    mended: str
    unchanged: str
    counts: tuple[str, str, str, str]
    stages: tuple[tuple[str, str], ...]
    working: str
    busy: str
    failed: str
    add: str
    drop: str
    added: str
    refused: tuple[tuple[str, str], ...]
    keep_both: str
    refused_by_server: str
    folder: str
    fresh: str
    filter: str
    tags: str
    more_tags: str
    more: str
    capped: str
    passages: str
    ask: str
    ask_about: str
    none: str
    not_found: str
    companion: str
    skipped: str
    check: str
    checked: str
    healthy: str
    stale: str
    mend: str
    mend_all: str
    remarks: str


KOREAN = NotesTexts(
    title="노트",
    counted="노트 {notes:,}개 · 조각 {chunks:,}개",
    ago=("방금 동기화", "{}분 전 동기화", "{}시간 전 동기화", "{}일 전 동기화"),
    sync="지금 동기화",
    synced="동기화했어요: {counts}",
    mended="고쳤어요: {counts}",
    unchanged="모두 최신이에요",
    counts=("추가 {}", "변경 {}", "이름 바뀜 {}", "삭제 {}"),
    stages=(
        ("model", "모델을 준비하고 있어요"),
        ("read", "노트를 읽고 있어요"),
        ("embed", "임베딩을 만들고 있어요"),
        ("store", "색인에 적고 있어요"),
        ("check", "노트를 살펴보고 있어요"),
        ("wait", "다른 동기화가 끝나기를 기다리고 있어요"),
    ),
    working="시작하고 있어요",
    busy="다른 mutgo가 색인을 쓰는 중이에요. 잠시 뒤에 다시 해 주세요.",
    failed="하지 못했어요: {why}",
    add="파일 넣기",
    drop="여기에 놓으면 노트 폴더에 넣어요",
    added="넣었어요.",
    refused=(
        ("name", "쓸 수 없는 파일 이름이에요."),
        ("kind", "노트로 읽는 파일(.md, .markdown, .canvas, .excalidraw)이 아니에요."),
        ("large", "10 MB보다 커요."),
        ("empty", "빈 파일이에요."),
        ("taken", "같은 이름의 파일이 이미 있어요."),
        ("disk", "노트 폴더에 쓰지 못했어요. 디스크에 자리가 있는지, 폴더를 쓸 수 있는지 봐 주세요."),
    ),
    keep_both="다른 이름으로 넣기",
    refused_by_server="넣지 못했어요. mutgo가 켜져 있는지 봐 주세요.",
    folder="폴더는 넣을 수 없어요. 안에 있는 파일을 넣어 주세요.",
    fresh="새로 넣음",
    filter="제목, 경로, 태그로 찾기",
    tags="태그",
    more_tags="태그 {count}개 더 보기",
    more="노트 {count}개 더 보기",
    capped="찾은 노트 {found}개 가운데 {shown}개만 보여요. 더 적으면 좁혀져요.",
    passages="조각 {count}개",
    ask="질문",
    ask_about="‘{title}’ 노트에 대해 질문 쓰기",
    none="노트가 아직 없어요. .md 파일을 넣어 보세요.",
    not_found="찾는 노트가 없어요.",
    companion="영어 짝 노트가 있어요",
    skipped="읽으며 알게 된 것 {count}개",
    check="노트 점검하기",
    checked="점검에서 찾은 것 {count}개",
    healthy="점검했어요. 고칠 것이 없어요.",
    stale="점검한 뒤에 노트가 바뀌었어요. 다시 점검하면 지금 것을 볼 수 있어요.",
    mend="고치기",
    mend_all="고칠 수 있는 것 모두 고치기",
    remarks="알아 둘 것 {count}개",
)

ENGLISH = NotesTexts(
    title="Notes",
    counted="{notes:,} notes · {chunks:,} passages",
    ago=("synced just now", "synced {} min ago", "synced {} h ago", "synced {} d ago"),
    sync="Sync now",
    synced="Synced: {counts}",
    mended="Mended: {counts}",
    unchanged="all is up to date",
    counts=("{} added", "{} changed", "{} renamed", "{} removed"),
    stages=(
        ("model", "Preparing the model"),
        ("read", "Reading notes"),
        ("embed", "Embedding"),
        ("store", "Writing"),
        ("check", "Looking through the notes"),
        ("wait", "Waiting for another sync to end"),
    ),
    working="Starting",
    busy="Another mutgo is writing the index. Try again in a moment.",
    failed="That did not work: {why}",
    add="Add files",
    drop="Drop to put it into the notes folder",
    added="was added.",
    refused=(
        ("name", "A file can't have this name."),
        ("kind", "Not a file that is read as a note (.md, .markdown, .canvas, .excalidraw)."),
        ("large", "Larger than 10 MB."),
        ("empty", "The file is empty."),
        ("taken", "There is a file of this name already."),
        ("disk", "The notes folder can't be written. See whether the disk has room and the folder lets you."),
    ),
    keep_both="Add under another name",
    refused_by_server="Could not be added. See whether mutgo is running.",
    folder="A folder can't be added. Add the files in it.",
    fresh="new",
    filter="Find by title, path or tag",
    tags="Tags",
    more_tags="{count} more tags",
    more="Show {count} more notes",
    capped="Showing {shown} of {found} notes found. Type more to narrow them.",
    passages="{count} passages",
    ask="Ask",
    ask_about="Write a question about the note “{title}”",
    none="There are no notes yet. Add .md files.",
    not_found="No note is called so.",
    companion="Has an English companion",
    skipped="{count} found while reading",
    check="Examine the notes",
    checked="{count} findings",
    healthy="Examined: nothing to mend.",
    stale="The notes have changed since. Examine them again to see how they are now.",
    mend="Mend",
    mend_all="Mend all that can be mended",
    remarks="{count} worth knowing",
)


def notes_texts(language: UiLanguage) -> NotesTexts:
    """The texts of a language."""
    return KOREAN if language == "ko" else ENGLISH
