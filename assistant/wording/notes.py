"""Words for what may be the matter with a file and with what it says."""

from assistant.wording.entries import Words
from index.problems import FileProblem, NoteProblem

_UTF8_KO = (
    "메모장이라면 ‘다른 이름으로 저장’에서 인코딩을 UTF-8로 고르세요. VS Code라면 먼저 ‘Reopen with Encoding’에서 {encoding}로 "
    "다시 열어 글자가 제대로 보이는지 확인하고, ‘Save with Encoding’에서 UTF-8로 저장하세요. 글자가 깨져 보이는 편집기(Obsidian도)에서는 "
    "저장하지 마세요."
)
_UTF8_EN = (
    "in Notepad choose “Save as” with the encoding UTF-8; in VS Code first “Reopen with Encoding”, {encoding}, see that "
    "the letters are right, then “Save with Encoding”, UTF-8. Don't save it in an editor that shows it garbled, as "
    "Obsidian does"
)
_TWINS_KO = (
    "두 노트의 제목, 항목, 표의 행을 같은 차례로 맞추세요. 맞출 생각이 없으면 파일 이름에서 .en을 빼세요."
)
_TWINS_EN = (
    "give both the same headings, items and rows in the same order; if they are not meant to be parallel, take "
    "the .en out of the file's name"
)
_MOVE_KO = "읽게 하려면 링크 대신 파일을 노트 폴더에 두고, 아니면 링크를 지우세요."
_MOVE_EN = "to have it read, put the file itself into the notes folder; otherwise delete the link"

NOTES: dict[FileProblem | NoteProblem, Words] = {
    "cp949": Words(
        "CP949(옛 한글 인코딩)로 읽었어요. 글자는 하나도 잃지 않았어요",
        f"이 알림을 없애려면 UTF-8로 저장하세요: {_UTF8_KO.format(encoding='Korean (EUC-KR)')}",
        "it was read as CP949, an old Korean encoding; nothing is lost",
        f"to end this notice save the file as UTF-8: {_UTF8_EN.format(encoding='Korean (EUC-KR)')}",
    ),
    "utf16_unmarked": Words(
        "표시(BOM) 없는 UTF-16으로 읽었어요. 글자는 하나도 잃지 않았어요",
        f"이 알림을 없애려면 UTF-8로 저장하세요: {_UTF8_KO.format(encoding='UTF-16 LE')}",
        "it was read as UTF-16 without its mark; nothing is lost",
        f"to end this notice save the file as UTF-8: {_UTF8_EN.format(encoding='UTF-16 LE')}",
    ),
    "broken_characters": Words(
        "깨진 글자 {0}개를 \ufffd로 바꿔 읽었어요",
        "편집기에서 \ufffd를 찾아 제 글자로 고쳐 적고 저장하세요.",
        "{0} broken characters were replaced by \ufffd",
        "search for \ufffd in the editor, write the right letters there and save",
    ),
    "misnamed_encoding": Words(
        "{0}라고 표시돼 있지만 내용이 깨져 있어요 ({1})",
        "깨지기 전의 파일을 되돌리거나, 만든 프로그램에서 UTF-8로 다시 저장하세요.",
        "it is marked as {0} but broken: {1}",
        "bring back an earlier version, or save it as UTF-8 again in the program that made it",
    ),
    "unknown_encoding": Words(
        "UTF-8도 UTF-16도 CP949도 아니라서 읽지 못해요",
        "만든 프로그램에서 열어 UTF-8로 저장하세요.",
        "it is neither UTF-8, UTF-16 nor CP949 text",
        "open it in the program that made it and save it as UTF-8",
    ),
    "binary": Words(
        "글이 아니라 이진 데이터예요",
        "노트라면 UTF-8 글로 저장하고, 아니라면 파일 이름의 끝을 제 형식으로(.png, .pdf처럼) 바꾸세요.",
        "it holds binary data, not text",
        "if it is a note, save it as UTF-8 text; if not, give the file the ending of its format (.png, .pdf)",
    ),
    "too_large": Words(
        "{0} MB라서 노트 하나의 한도 {1} MB를 넘어요",
        "{1} MB보다 작은 노트 여럿으로 나누세요.",
        "{0} MB is over the limit of {1} MB for one note",
        "split it into notes of less than {1} MB",
    ),
    "no_regular_file": Words(
        "보통 파일이 아니에요",
        "노트 폴더 밖으로 옮기세요.",
        "it is no regular file",
        "move it out of the notes folder",
    ),
    "unreadable": Words(
        "읽을 수 없어요 ({0})",
        "파일의 읽기 권한을 주고, 다른 프로그램이 잡고 있으면 닫으세요.",
        "it can't be read ({0})",
        "allow reading the file, and close any program that holds it",
    ),
    "folder_closed": Words(
        "열 수 없는 폴더예요 ({0})",
        "폴더의 읽기 권한을 주세요.",
        "the folder can't be opened ({0})",
        "allow reading the folder",
    ),
    "name_no_utf8": Words(
        "파일 이름이 UTF-8이 아니에요",
        "파일 이름을 바꾸세요.",
        "its name is no UTF-8",
        "rename the file",
    ),
    "same_name": Words(
        "이름이 같은 파일이 유니코드 형식만 다르게(NFC, NFD) 또 있어요",
        "둘 가운데 하나의 이름을 바꾸거나 지우세요.",
        "another file has the same name in the other Unicode form (NFC, NFD)",
        "rename or delete one of the two",
    ),
    "link_nowhere": Words("없는 곳을 가리키는 링크예요", _MOVE_KO, "it links to nothing", _MOVE_EN),
    "link_loop": Words("자기를 가리키는 링크예요", _MOVE_KO, "it links to itself", _MOVE_EN),
    "link_out": Words("노트 폴더 밖을 가리키는 링크예요", _MOVE_KO, "it links out of the vault", _MOVE_EN),
    "link_hidden": Words("숨은 곳을 가리키는 링크예요", _MOVE_KO, "it links to a hidden place", _MOVE_EN),
    "front_matter_left": Words(
        "머리말(front matter)을 읽지 못해 빼고 색인했어요. {0}번째 줄이 YAML로 읽히지 않아요",
        "{0}번째 줄을 고치세요: 괄호와 따옴표를 닫고, 값에 쌍점(:)이 있으면 따옴표로 감싸세요.",
        "its front matter can't be read and was left out; line {0} is no YAML",
        "mend line {0}: close its brackets and quotes, and put a value with a colon in quotes",
    ),
    "front_matter_partly": Words(
        "머리말(front matter)을 다 읽지 못하고 읽히는 것만 썼어요. {0}번째 줄이 YAML로 읽히지 않아요",
        "{0}번째 줄을 고치세요: 괄호와 따옴표를 닫고, 값에 쌍점(:)이 있으면 따옴표로 감싸세요.",
        "its front matter can't be read whole; what could be read was kept; line {0} is no YAML",
        "mend line {0}: close its brackets and quotes, and put a value with a colon in quotes",
    ),
    "front_matter_long": Words(
        "머리말(front matter)이 너무 길어 빼고 색인했어요",
        "머리말을 20,000자 아래로 줄이세요. 글이라면 --- 아래로 옮기세요.",
        "its front matter is too long and was left out",
        "shorten it to less than 20,000 characters; move what is text below the ---",
    ),
    "front_matter_shape": Words(
        "머리말(front matter)이 ‘이름: 값’ 꼴이 아니어서 빼고 색인했어요",
        "줄마다 ‘tags: [하나, 둘]’처럼 적거나, 머리말이 아니면 첫 줄의 ---를 지우세요.",
        "its front matter is not of the form “name: value” and was left out",
        "write lines like “tags: [one, two]”, or delete the --- of the first line if it is none",
    ),
    "front_matter_open": Words(
        "머리말(front matter)이 닫히지 않아 글로 읽었어요",
        "머리말의 마지막 줄 아래에 ---만 있는 줄을 넣으세요.",
        "its front matter is not closed and was read as text",
        "add a line of --- below the last line of the front matter",
    ),
    "comment_open": Words(
        "{0}번째 줄에서 시작한 주석(%%)이 끝나지 않아, 그 뒤를 읽지 않았어요",
        "주석이 끝나는 곳에 %%를 적으세요.",
        "a comment begins in line {0} and never ends; what follows was not read",
        "write %% where the comment ends",
    ),
    "script_open": Words(
        "{0}번째 줄에서 시작한 <script>나 <style>이 끝나지 않아, 그 뒤를 읽지 않았어요",
        "끝나는 곳에 </script>나 </style>을 적으세요. 태그의 이름을 말한 것이라면 `<script>`처럼 코드로 감싸세요.",
        "a <script> or <style> begins in line {0} and never ends; what follows was not read",
        "write </script> or </style> where it ends; if the tag is only mentioned, write it as code, `<script>`",
    ),
    "json_broken": Words(
        "JSON으로 읽히지 않아 아무것도 색인하지 못했어요",
        "Obsidian에서 열어 다시 저장하거나, 그전 판을 되돌리세요.",
        "it is no JSON that can be read, so that nothing of it is indexed",
        "open it in Obsidian and save it again, or bring back an earlier version",
    ),
    "empty": Words(
        "글이 없어요",
        "글을 적거나, 필요 없으면 지우세요.",
        "it holds no text",
        "write something, or delete it",
    ),
    "only_images": Words(
        "그림만 있어요",
        "찾아지게 하려면 그림에 든 내용을 글로 한 줄 적으세요.",
        "it holds only images",
        "to have it found, say in a line of text what they show",
    ),
    "unlike_headings": Words(
        "{0}의 번역으로 쓰지 못해요: 여기 {1}번째 줄의 제목(‘{4}’)과 거기 {2}번째 줄의 제목(‘{3}’)은 단계가 달라요",
        _TWINS_KO,
        "it is not parallel to {0} (line {1} here, line {2} there): the heading {3!r} stands beside {4!r} of another "
        "level",
        _TWINS_EN,
    ),
    "unlike_heading_count": Words(
        "{0}의 번역으로 쓰지 못해요: 거기에는 제목이 {3}개, 여기에는 {4}개 있어요",
        _TWINS_KO,
        "it is not parallel to {0}: {3} headings there, {4} here",
        _TWINS_EN,
    ),
    "unlike_blocks": Words(
        "{0}의 번역으로 쓰지 못해요: 여기 {1}번째 줄(‘{4}’)과 거기 {2}번째 줄(‘{3}’)이 같은 꼴(문단, 항목, 표)이 아니에요",
        _TWINS_KO,
        "it is not parallel to {0} (line {1} here, line {2} there): {4!r} is not the same kind of block as {3!r}",
        _TWINS_EN,
    ),
    "unlike_block_count": Words(
        "{0}의 번역으로 쓰지 못해요: 거기에는 문단과 항목이 {3}개, 여기에는 {4}개 있어요",
        _TWINS_KO,
        "it is not parallel to {0}: {3} paragraphs and items there, {4} here",
        _TWINS_EN,
    ),
}
"""By kind."""
