"""What the map says, in Korean and English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MapTexts:
    """Every text of the map in one language; `{}` are filled where they are shown."""

    title: str
    about: str
    drawing: str
    drawing_again: str
    failed: str
    again: str
    empty: str
    single: str
    sections: str
    notes: str
    left_out: str
    search: str
    found: str
    found_none: str
    colour: str
    folder: str
    tag: str
    root: str
    untagged: str
    others: str
    legend: str
    zoom: str
    zoom_in: str
    zoom_out: str
    fit: str
    canvas: str
    keys: str
    touch: str
    lit: str
    lit_none: str
    question: str
    back: str
    list: str
    list_more: str


KOREAN = MapTexts(
    title="노트 지도",
    about="내용이 비슷한 곳끼리 가까이 놓여 있어요. 점을 누르면 노트가 열려요.",
    drawing="지도를 그리고 있어요. {percent}%",
    drawing_again="바뀐 노트를 지도에 옮기고 있어요. {percent}%",
    failed="지도를 그리지 못했어요. 자세한 까닭은 mutgo를 켠 터미널에 적혀 있어요.",
    again="다시 그리기",
    empty="아직 노트가 없어요. 노트 폴더에 .md 파일을 넣으면 여기에 나타나요.",
    single="노트가 더 모이면 비슷한 것끼리 가까이 놓여요.",
    sections="노트 {notes}개의 {points}곳",
    notes="노트 {points}개 · 노트가 아주 많아서 노트마다 점 하나로 그렸어요",
    left_out="자리가 모자라 노트 {count}개는 그리지 않았어요",
    search="지도에서 찾기",
    found="‘{words}’ {count}곳",
    found_none="‘{words}’ 없음",
    colour="색 나누기",
    folder="폴더",
    tag="태그",
    root="폴더 없음",
    untagged="태그 없음",
    others="그 밖",
    legend="색과 모양",
    zoom="지도 크기",
    zoom_in="크게",
    zoom_out="작게",
    fit="전체 보기",
    canvas="노트 지도",
    keys="화살표: 다음 점 · Enter: 열기 · + −: 크기 · Shift+화살표: 옮기기 · 0: 전체",
    touch="두 손가락으로 키우고, 끌어서 옮기고, 점을 눌러 여세요.",
    lit="지금 대화의 근거 {count}곳",
    lit_none="지금 대화의 근거는 지도에 없어요",
    question="질문",
    back="대화로 돌아가기",
    list="목록으로 보기",
    list_more="외 {count}개 더 보기",
)

ENGLISH = MapTexts(
    title="Map of the notes",
    about="What is alike lies close together. Choose a point to open its note.",
    drawing="Drawing the map, {percent}%",
    drawing_again="Moving changed notes onto the map, {percent}%",
    failed="The map could not be drawn. The terminal mutgo runs in says why.",
    again="Draw again",
    empty="No notes yet. Put .md files into the notes folder and they appear here.",
    single="With more notes, those that are alike will lie close together.",
    sections="{points} places in {notes} notes",
    notes="{points} notes · they are so many that each is one point",
    left_out="{count} notes are left out for lack of room",
    search="Find on the map",
    found="“{words}”: {count}",
    found_none="“{words}”: none",
    colour="Colour by",
    folder="Folder",
    tag="Tag",
    root="No folder",
    untagged="No tag",
    others="Others",
    legend="Colours and shapes",
    zoom="Size of the map",
    zoom_in="Larger",
    zoom_out="Smaller",
    fit="Show all",
    canvas="Map of the notes",
    keys="Arrows: next point · Enter: open · + −: size · Shift+arrows: move · 0: show all",
    touch="Pinch to zoom, drag to move, tap a point to open its note.",
    lit="Sources of this conversation: {count}",
    lit_none="The sources of this conversation are not on the map",
    question="Question",
    back="Back to the conversation",
    list="Show as a list",
    list_more="{count} more",
)


def map_texts(language: str) -> MapTexts:
    """The texts for an interface language: Korean for `ko` and its variants, else English."""
    return KOREAN if language.split("-")[0].lower() == "ko" else ENGLISH
