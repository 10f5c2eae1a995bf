"""A section that only shows other notes answers with what they say, cited where it is written."""

from assistant.extract import compose
from assistant.question import understand
from index.opened import Index
from index.scope import Scope
from index.search import search
from tests.conftest import OpenIndex, SyncFolder, WriteVault

NOTES: dict[str, str | bytes] = {
    "시험/시험 대비.md": "# 시험 대비\n\n## 꼭 외울 것\n![[버킷#한도]]\n\n## 돌고 도는 것\n![[시험 대비]]\n\n![[없음]]\n",
    "책/버킷.md": "# 버킷\n버킷은 그릇이다.\n\n## 한도\n- 객체는 5TB까지이다.\n- 버킷은 100개까지이다.\n\n![[시험 대비]]\n",
    "책/산책.md": "# 산책\n오늘은 걸었다.\n\n# 요리\n국을 끓였다.\n",
}
QUESTION = "시험 대비로 꼭 외울 것은?"


def said(index: Index, question: str = QUESTION, scope: Scope | None = None) -> list[tuple[str, str]]:
    draft = compose(index, understand(question), search(index, question, scope=scope), scope)
    return [(piece.note.path, piece.text) for piece in draft.pieces]


def test_what_a_section_shows_is_its_answer_at_its_true_place(write_vault: WriteVault, open_index: OpenIndex):
    index = open_index(write_vault(NOTES))
    assert said(index) == [("책/버킷.md", "객체는 5TB까지이다."), ("책/버킷.md", "버킷은 100개까지이다.")]


def test_an_edit_of_the_embedded_note_is_an_edit_of_the_answer(
    write_vault: WriteVault, open_index: OpenIndex, sync_folder: SyncFolder
):
    index = open_index(write_vault(NOTES))
    assert said(index)
    changed = NOTES | {"책/버킷.md": "# 버킷\n버킷은 그릇이다.\n\n## 한도\n- 객체는 50TB까지이다.\n"}
    report = sync_folder(write_vault(changed))
    assert report.changed == 1
    assert said(index) == [("책/버킷.md", "객체는 50TB까지이다.")]


def test_nothing_outside_the_scope_is_quoted(write_vault: WriteVault, open_index: OpenIndex):
    index = open_index(write_vault(NOTES))
    assert said(index, scope=Scope(folders=("시험",))) == []


def test_embeds_that_go_round_or_lead_nowhere_say_nothing_and_end(
    write_vault: WriteVault, open_index: OpenIndex
):
    found = said(open_index(write_vault(NOTES)), "시험 대비에서 돌고 도는 것은?")
    assert len(found) == len(set(found))
