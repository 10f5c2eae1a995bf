"""Sync: a folder of any kind becomes an index, and only what is new is embedded."""

import os
import shutil
import time
import unicodedata
from contextlib import closing, suppress
from pathlib import Path

import pytest
from filelock import FileLock

from index.catalog import Catalog, open_catalog
from index.chroma.health import examine_vectors, reachable_chunks
from index.chroma.reconcile import reconcile
from index.chroma.state import read_state
from index.errors import CatalogError, IndexBusyError, NotesFolderError, VectorsBusyError
from index.notes import Note, read_note
from index.problems import Problem
from index.reading.encodings import read_bytes
from index.storage.builds import CATALOG_FILE, current_build
from index.storage.digest import index_digest
from index.sync import SyncReport, sync
from index.syncing.scan import scan_folder
from index.terms import TermReader
from tests.conftest import SyncFolder, WriteVault
from tests.fakes import WordHashEmbedder

LAMBDA = "# 람다\n- 람다는 코드를 실행한다.\n- 15분까지이다.\n# 요금\n요청마다 낸다.\n"
S3 = "# S3\n- 버킷에 객체를 담는다.\n"
LAMBDA_EN = "# Lambda\n- Lambda runs code.\n- Up to 15 minutes.\n# Price\nPer request.\n"


def counts(report: SyncReport) -> dict[str, int]:
    """The counts of files that are not zero."""
    names = ("added", "changed", "renamed", "removed", "unchanged")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def build_folder(data: Path) -> Path:
    build = current_build(data)
    assert build is not None
    return build.folder


def open_current(data: Path) -> Catalog:
    return Catalog(build_folder(data) / CATALOG_FILE, create=False)


def reached(data: Path) -> set[str]:
    """What Chroma finds when it was told of all that changed, for which a sync lets it wait.

    The Chroma of a killed process may have to finish first.
    """
    folder = build_folder(data)
    for _ in range(600):
        with suppress(VectorsBusyError):
            tell_chroma(data)
            return reachable_chunks(folder)
        time.sleep(0.1)
    return reachable_chunks(folder)


def tell_chroma(data: Path) -> None:
    build = current_build(data)
    assert build is not None
    with open_catalog(build.folder / CATALOG_FILE) as catalog:
        server = read_state(build.folder).server or None
        what = examine_vectors(build.folder, catalog, build.fingerprint, server)
        if "Another process has" in what:
            raise VectorsBusyError(what)
        assert what == ""
        reconcile(build.folder, catalog, build.fingerprint, server)


def check_index(data: Path) -> dict[str, str]:
    """Chroma holds exactly the catalog's chunks, each with a stored vector; returns paths by chunk."""
    catalog = open_current(data)
    try:
        wanted = catalog.chunk_ids()
        assert catalog.missing_embeddings(wanted.values()) == []
        # A graph over a thousand texts all alike may leave a few of them without a way to it.
        found = reached(data)
        assert found <= set(wanted)
        assert len(wanted) - len(found) <= len(wanted) // 100
        return {chunk_id: row.chunk.note for chunk_id, row in catalog.chunks(list(wanted)).items()}
    finally:
        catalog.close()


def twins(data: Path) -> int:
    catalog = open_current(data)
    try:
        return len(catalog.twins(list(catalog.chunk_ids())))
    finally:
        catalog.close()


def skipped(report: SyncReport) -> dict[str, Problem]:
    return {notice.path: notice.problem for notice in report.skipped}


# ---- counts and work ------------------------------------------------------------------------------


def test_a_first_sync_adds_and_embeds_everything(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder, data: Path
):
    report = sync_folder(write_vault({"람다.md": LAMBDA, "aws/S3.md": S3, "메모.txt": "글"}))
    assert counts(report) == {"added": 2}
    assert (report.notes, report.chunks, report.embedded) == (2, 3, 3)
    assert sorted(embedder.embedded) == [
        "S3\n버킷에 객체를 담는다.",
        "람다\n람다는 코드를 실행한다.\n15분까지이다.",
        "람다 > 요금\n요청마다 낸다.",
    ]
    assert set(check_index(data).values()) == {"람다.md", "aws/S3.md"}


def test_an_unchanged_folder_embeds_nothing(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder, data: Path
):
    folder = write_vault({"람다.md": LAMBDA, "S3.md": S3})
    sync_folder(folder)
    embedder.embedded.clear()
    report = sync_folder(folder)
    assert counts(report) == {"unchanged": 2}
    assert (report.embedded, embedder.embedded) == (0, [])
    assert (report.notes, report.chunks) == (2, 3)


def test_a_file_written_again_with_the_same_content_is_unchanged(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    os.utime(folder / "S3.md", ns=(1, 1))
    embedder.embedded.clear()
    assert counts(sync_folder(folder)) == {"unchanged": 1}
    assert embedder.embedded == []


def test_a_changed_note_embeds_only_its_new_chunks(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder, data: Path
):
    folder = write_vault({"람다.md": LAMBDA, "S3.md": S3})
    sync_folder(folder)
    embedder.embedded.clear()
    report = sync_folder(write_vault({"람다.md": LAMBDA.replace("요청마다 낸다", "실행 시간만큼 낸다")}))
    assert counts(report) == {"changed": 1, "unchanged": 1}
    assert embedder.embedded == ["람다 > 요금\n실행 시간만큼 낸다."]
    assert len(check_index(data)) == 3


def test_a_note_moved_to_another_folder_is_renamed_and_embeds_nothing(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder, data: Path
):
    folder = write_vault({"람다.md": LAMBDA, "S3.md": S3})
    sync_folder(folder)
    (folder / "aws").mkdir()
    (folder / "람다.md").rename(folder / "aws" / "람다.md")
    embedder.embedded.clear()
    assert counts(sync_folder(folder)) == {"renamed": 1, "unchanged": 1}
    assert embedder.embedded == []
    assert set(check_index(data).values()) == {"aws/람다.md", "S3.md"}


def test_a_new_name_embeds_nothing_and_is_found_as_a_title(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder, data: Path
):
    folder = write_vault({"S3.md": S3, "람다.md": LAMBDA})
    sync_folder(folder)
    (folder / "S3.md").rename(folder / "저장소.md")
    embedder.embedded.clear()
    assert counts(sync_folder(folder)) == {"renamed": 1, "unchanged": 1}
    assert embedder.embedded == []
    catalog = open_current(data)
    assert {row.chunk.title for row in catalog.chunks_of(["저장소.md"])} == {"저장소"}
    catalog.close()
    assert set(check_index(data).values()) == {"저장소.md", "람다.md"}


def test_an_edit_after_a_rename_embeds_only_what_was_edited(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder
):
    folder = write_vault({"람다.md": LAMBDA})
    sync_folder(folder)
    (folder / "람다.md").rename(folder / "서버리스.md")
    sync_folder(folder)
    embedder.embedded.clear()
    sync_folder(write_vault({"서버리스.md": LAMBDA.replace("요청마다", "쓴 만큼")}))
    assert embedder.embedded == ["서버리스 > 요금\n쓴 만큼 낸다."]


def test_a_rename_with_an_edit_embeds_only_what_was_edited(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder
):
    folder = write_vault({"람다.md": LAMBDA})
    sync_folder(folder)
    (folder / "람다.md").unlink()
    embedder.embedded.clear()
    sync_folder(write_vault({"서버리스.md": LAMBDA.replace("요청마다", "쓴 만큼")}))
    assert embedder.embedded == ["서버리스 > 요금\n쓴 만큼 낸다."]


def test_sections_of_one_text_in_two_notes_have_vectors_of_their_own(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder
):
    price = "## 요금\n요청마다 낸다.\n"
    sync_folder(write_vault({"람다.md": price, "S3.md": price}))
    assert sorted(embedder.embedded) == ["S3 > 요금\n요청마다 낸다.", "람다 > 요금\n요청마다 낸다."]


def test_another_title_in_the_front_matter_is_embedded(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder
):
    folder = write_vault({"a.md": "---\ntitle: 하나\n---\n글이다.\n"})
    sync_folder(folder)
    embedder.embedded.clear()
    sync_folder(write_vault({"a.md": "---\ntitle: 둘\n---\n글이다.\n"}))
    assert embedder.embedded == ["둘\n글이다."]


def test_a_note_whose_letters_change_case_is_renamed(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder, data: Path
):
    folder = write_vault({"s3.md": S3})
    sync_folder(folder)
    (folder / "s3.md").rename(folder / "S3.md")
    embedder.embedded.clear()
    assert counts(sync_folder(folder)) == {"renamed": 1}
    assert embedder.embedded == []
    assert set(check_index(data).values()) == {"S3.md"}


def test_one_note_that_went_and_two_copies_that_came_are_one_rename(
    write_vault: WriteVault, sync_folder: SyncFolder
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    (folder / "S3.md").unlink()
    assert counts(sync_folder(write_vault({"a/S3.md": S3, "b/S3.md": S3}))) == {"renamed": 1, "added": 1}


def test_a_removed_note_is_forgotten(write_vault: WriteVault, sync_folder: SyncFolder, data: Path):
    folder = write_vault({"람다.md": LAMBDA, "S3.md": S3})
    sync_folder(folder)
    (folder / "람다.md").unlink()
    report = sync_folder(folder)
    assert counts(report) == {"removed": 1, "unchanged": 1}
    assert (report.notes, report.chunks) == (1, 1)
    assert set(check_index(data).values()) == {"S3.md"}
    catalog = open_current(data)
    assert catalog.text("람다.md") is None
    catalog.close()


def test_a_folder_that_lost_all_its_notes_is_an_empty_index(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    (folder / "S3.md").unlink()
    assert counts(sync_folder(folder)) == {"removed": 1}
    assert check_index(data) == {}


def test_two_notes_of_one_name_are_two_notes(write_vault: WriteVault, sync_folder: SyncFolder, data: Path):
    report = sync_folder(write_vault({"a/README.md": S3, "b/README.md": S3}))
    assert (report.notes, report.embedded) == (2, 1)  # the same passage is embedded once
    assert sorted(check_index(data).values()) == ["a/README.md", "b/README.md"]


def test_another_glossary_reads_everything_again_and_embeds_nothing(
    write_vault: WriteVault,
    sync_folder: SyncFolder,
    embedder: WordHashEmbedder,
    reader: TermReader,
    data: Path,
):
    folder = write_vault({"S3.md": "# S3\nObjects in buckets.\n"})  # no Hangul: no second Kiwi to load
    sync_folder(folder)
    embedder.embedded.clear()
    before = index_digest(data)
    assert counts(sync_folder(folder, reader=TermReader(reader.glossary[:1]))) == {"unchanged": 1}
    assert embedder.embedded == []
    assert index_digest(data) != before  # `@s3` is no term any more


def test_progress_tells_every_stage(
    write_vault: WriteVault, data: Path, embedder: WordHashEmbedder, reader: TermReader
):
    told: list[tuple[str, int, int]] = []
    folder = write_vault({"S3.md": S3})
    sync(folder, data, embedder, reader, lambda stage, done, total: told.append((stage, done, total)))
    assert {stage for stage, _, _ in told} == {"read", "embed", "store"}
    assert all(0 <= done <= total for _, done, total in told)
    assert {stage for stage, done, total in told if done == total} == {"read", "embed", "store"}


def test_nothing_is_written_into_the_vault(write_vault: WriteVault, sync_folder: SyncFolder):
    folder = write_vault({"람다.md": LAMBDA, "a/S3.md": S3})
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*")}
    sync_folder(folder)
    assert {file: file.stat().st_mtime_ns for file in folder.rglob("*")} == before


# ---- the vault's own words ------------------------------------------------------------------------


def terms(data: Path, path: str) -> set[str]:
    """All terms of a note's chunks."""
    catalog = open_current(data)
    try:
        spelled = dict(catalog.terms_by_id(0))
        rows = catalog.chunks_of([path])
        return {
            spelled[int(n)] for ids in catalog.terms_of([row.rowid for row in rows]).values() for n in ids
        }
    finally:
        catalog.close()


def test_a_new_name_is_one_word_in_every_note(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder, data: Path
):
    folder = write_vault({"메모.md": "파르코스DB에서 산다.\n", "S3.md": S3})
    sync_folder(folder)
    assert "파르코스db" not in terms(data, "메모.md")
    embedder.embedded.clear()
    assert counts(sync_folder(write_vault({"파르코스DB.md": "새 서비스다.\n"}))) == {
        "added": 1,
        "unchanged": 2,
    }
    assert embedder.embedded == ["파르코스DB\n새 서비스다."]
    assert "파르코스db" in terms(data, "메모.md")
    before = index_digest(data)

    (folder / "파르코스DB.md").unlink()
    embedder.embedded.clear()
    assert counts(sync_folder(folder)) == {"removed": 1, "unchanged": 2}
    assert embedder.embedded == []
    assert "파르코스db" not in terms(data, "메모.md")
    assert index_digest(data) != before


def test_a_name_given_twice_stays_while_one_note_gives_it(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    named = {
        "a.md": "# 파르코스DB\n글.\n",
        "b.md": "# 파르코스DB\n글.\n",
        "메모.md": "파르코스DB에서 산다.\n",
    }
    folder = write_vault(named)
    sync_folder(folder)
    (folder / "a.md").unlink()
    sync_folder(folder)
    assert "파르코스db" in terms(data, "메모.md")
    sync_folder(write_vault({"b.md": "# 다른 이름\n글.\n"}))
    assert "파르코스db" not in terms(data, "메모.md")


def test_many_new_names_reach_the_notes_that_hold_them_as_few_do(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    made = [f"파르{a}{b}DB" for a in "가나다라마" for b in "바사아자차"]
    write_vault({f"{i}.md": f"{word}에서 산다.\n" for i, word in enumerate(made)})
    folder = write_vault({"없음.md": "글이다.\n"})
    sync_folder(folder)
    sync_folder(write_vault({f"이름{i}.md": f"# {word}\n글.\n" for i, word in enumerate(made)}))
    assert all(word.lower() in terms(data, f"{i}.md") for i, word in enumerate(made))


# ---- companions -----------------------------------------------------------------------------------


def test_a_companion_comes_and_goes(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder, data: Path
):
    folder = write_vault({"람다.md": LAMBDA})
    sync_folder(folder)
    embedder.embedded.clear()

    report = sync_folder(write_vault({"람다.en.md": LAMBDA_EN}))
    assert counts(report) == {"added": 1, "unchanged": 1}
    assert (report.notes, report.chunks, twins(data)) == (1, 2, 2)
    assert all(passage.startswith("람다.en > ") for passage in embedder.embedded)
    assert len(check_index(data)) == 4

    (folder / "람다.en.md").unlink()
    report = sync_folder(folder)
    assert counts(report) == {"removed": 1, "unchanged": 1}
    assert (report.chunks, twins(data), len(check_index(data))) == (2, 0, 2)


def test_a_companion_whose_note_went_is_a_note_of_its_own(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    folder = write_vault({"람다.md": LAMBDA, "람다.en.md": LAMBDA_EN})
    sync_folder(folder)
    (folder / "람다.md").unlink()
    report = sync_folder(folder)
    assert (report.notes, report.chunks, twins(data)) == (1, 2, 0)
    assert set(check_index(data).values()) == {"람다.en.md"}


def test_a_companion_that_is_not_parallel_is_told_until_it_is(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    folder = write_vault({"람다.md": LAMBDA, "람다.en.md": LAMBDA_EN.replace("- Up to 15 minutes.\n", "")})
    for _ in range(2):  # a notice lasts while the file is as it is
        (notice,) = sync_folder(folder).notices
        assert notice.path == "람다.en.md"
        assert notice.problem.about[:3] == ("람다.md", "4", "3")
        assert twins(data) == 0
    report = sync_folder(write_vault({"람다.en.md": LAMBDA_EN}))
    assert report.notices == ()
    assert (report.notes, twins(data)) == (1, 2)


def test_a_note_that_grows_past_its_companion_parts_from_it(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    folder = write_vault({"람다.md": LAMBDA, "람다.en.md": LAMBDA_EN})
    sync_folder(folder)
    report = sync_folder(write_vault({"람다.md": LAMBDA + "# 더\n글\n"}))
    assert [notice.path for notice in report.notices] == ["람다.en.md"]
    assert (report.notes, twins(data)) == (2, 0)
    assert len(check_index(data)) == 5
    assert folder.exists()


# ---- bad folders and files ------------------------------------------------------------------------


def test_a_missing_folder_is_named(tmp_path: Path, sync_folder: SyncFolder):
    with pytest.raises(NotesFolderError, match=r"'.*nirgends' does not exist\. Name the right one"):
        sync_folder(tmp_path / "nirgends")


def test_a_file_is_no_folder(write_vault: WriteVault, sync_folder: SyncFolder):
    folder = write_vault({"S3.md": S3})
    with pytest.raises(NotesFolderError, match="is a file, not a folder"):
        sync_folder(folder / "S3.md")


def test_an_empty_folder_is_an_empty_index(vault: Path, sync_folder: SyncFolder, data: Path):
    report = sync_folder(vault)
    assert counts(report) == {}
    assert (report.notes, report.chunks, report.skipped, report.notices) == (0, 0, (), ())
    assert check_index(data) == {}


def test_one_bad_file_does_not_stop_the_rest(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, tmp_path: Path
):
    folder = write_vault({"좋은.md": S3, "이진.md": bytes(range(256)) * 8})
    with (folder / "큰.md").open("wb") as stream:
        stream.truncate(50_000_000)
    (tmp_path / "밖.md").write_text("비밀이다.", encoding="utf-8")
    (folder / "링크.md").symlink_to(tmp_path / "밖.md")
    (folder / "끊긴.md").symlink_to(folder / "없음.md")
    (folder / "맴도는.md").symlink_to(folder / "맴도는.md")
    os.mkfifo(folder / "파이프.md")
    report = sync_folder(folder)
    assert set(skipped(report)) == {"이진.md", "큰.md", "링크.md", "끊긴.md", "맴도는.md", "파이프.md"}
    assert skipped(report)["큰.md"] == Problem("too_large", ("50", "10"))
    assert skipped(report)["링크.md"] == Problem("link_out")
    assert skipped(report)["파이프.md"] == Problem("no_regular_file")
    assert counts(report) == {"added": 1}
    assert set(check_index(data).values()) == {"좋은.md"}
    assert counts(sync_folder(folder)) == {"unchanged": 1}


def test_a_folder_with_the_name_of_a_note_is_a_folder(write_vault: WriteVault, sync_folder: SyncFolder):
    report = sync_folder(write_vault({"람다.md/S3.md": S3}))
    assert (counts(report), report.skipped) == ({"added": 1}, ())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_skipped(write_vault: WriteVault, sync_folder: SyncFolder):
    folder = write_vault({"S3.md": S3, "닫힌.md": S3})
    (folder / "닫힌.md").chmod(0)
    assert set(skipped(sync_folder(folder))) == {"닫힌.md"}


def test_a_note_that_became_unreadable_keeps_its_last_version(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    report = sync_folder(write_vault({"S3.md": bytes(range(256)) * 8}))
    assert [notice.done for notice in report.skipped] == ["kept"]
    assert set(check_index(data).values()) == {"S3.md"}
    assert folder.exists()


def test_a_file_that_stays_unreadable_is_no_news(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    folder = write_vault({"S3.md": S3, "이진.md": bytes(range(256)) * 8})
    generations = list[str | None]()
    for happens in (lambda: None, lambda: None, (folder / "이진.md").unlink, lambda: None):
        happens()
        sync_folder(folder)
        with closing(open_current(data)) as catalog:
            generations.append(catalog.meta("generation"))
    first, again, after, unchanged = generations
    assert first == again != after == unchanged


def test_a_notice_goes_with_its_file(write_vault: WriteVault, sync_folder: SyncFolder, data: Path):
    folder = write_vault({"S3.md": S3, "이진.md": bytes(range(256)) * 8})
    sync_folder(folder)
    (folder / "이진.md").unlink()
    report = sync_folder(folder)
    assert (report.skipped, report.notices) == ((), ())
    catalog = open_current(data)
    assert catalog.notices() == []
    catalog.close()


def test_a_file_name_that_is_no_text_is_skipped(write_vault: WriteVault, sync_folder: SyncFolder):
    folder = write_vault({"S3.md": S3})
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.md")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system refuses such names itself")
    report = sync_folder(folder)
    assert skipped(report) == {"caf?.md": Problem("name_no_utf8")}
    assert counts(report) == {"added": 1}


def test_what_is_hidden_is_not_read(write_vault: WriteVault, sync_folder: SyncFolder):
    folder = write_vault({".obsidian/a.md": S3, ".숨은.md": S3, "S3.md": S3, "b.markdown": S3, "c.MD": S3})
    assert counts(sync_folder(folder)) == {"added": 3}


def test_a_cp949_note_is_indexed_and_told(write_vault: WriteVault, sync_folder: SyncFolder):
    report = sync_folder(write_vault({"옛.md": S3.encode("cp949")}))
    assert [(notice.path, notice.done) for notice in report.notices] == [("옛.md", "indexed")]
    assert report.notices[0].problem == Problem("cp949")
    assert report.chunks == 1


def test_a_note_of_pictures_is_told(write_vault: WriteVault, sync_folder: SyncFolder):
    report = sync_folder(write_vault({"그림.md": "![[a.png]]\n\n![](b.png)\n", "빈.md": ""}))
    assert {notice.path: notice.problem for notice in report.notices} == {
        "그림.md": Problem("only_images"),
        "빈.md": Problem("empty"),
    }
    assert counts(report) == {"added": 2}


def test_two_files_of_one_name_in_both_unicode_forms_are_one_note(
    write_vault: WriteVault, sync_folder: SyncFolder, vault: Path
):
    forms = {unicodedata.normalize(form, "람다.md"): LAMBDA + form for form in ("NFC", "NFD")}
    write_vault(forms)
    if len(list(vault.iterdir())) == 1:
        pytest.skip("this file system knows one form only")
    report = sync_folder(vault)
    assert counts(report) == {"added": 1}
    assert [(notice.path, notice.done) for notice in report.skipped] == [("람다.md", "skipped")]
    assert counts(sync_folder(vault)) == {"unchanged": 1}


def test_a_decomposed_name_is_the_same_note_and_opens_as_the_disk_spells_it(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, embedder: WordHashEmbedder
):
    decomposed = unicodedata.normalize("NFD", "람다.md")
    folder = write_vault({"람다.md": LAMBDA})
    sync_folder(folder)
    (folder / "람다.md").rename(folder / decomposed)
    embedder.embedded.clear()
    assert counts(sync_folder(folder)) == {"unchanged": 1}
    assert embedder.embedded == []
    catalog = open_current(data)
    assert (folder / catalog.disk_path("람다.md")).is_file()
    catalog.close()


# ---- links ----------------------------------------------------------------------------------------


def listed(folder: Path) -> set[str]:
    return set(scan_folder(folder).files)


def test_a_link_to_a_note_or_a_folder_of_the_vault_is_no_second_note(
    write_vault: WriteVault, sync_folder: SyncFolder
):
    folder = write_vault({"aws/S3.md": S3})
    (folder / "zweite.md").symlink_to(folder / "aws" / "S3.md")
    (folder / "alle").symlink_to(folder / "aws")
    (folder / "aws" / "oben").symlink_to(folder)  # a cycle
    (folder / "aws" / "selbst").symlink_to(folder / "aws" / "selbst")
    report = sync_folder(folder)
    assert (counts(report), report.skipped) == ({"added": 1}, ())
    assert listed(folder) == {"aws/S3.md"}


def test_a_link_to_a_text_of_the_vault_is_a_note_once(write_vault: WriteVault):
    folder = write_vault({"S3.txt": S3})
    (folder / "a.md").symlink_to(folder / "S3.txt")
    (folder / "b.md").symlink_to(folder / "S3.txt")
    assert listed(folder) == {"a.md"}


def test_links_out_of_the_vault_or_to_hidden_places_are_skipped(
    write_vault: WriteVault, sync_folder: SyncFolder, tmp_path: Path
):
    folder = write_vault({"S3.md": S3, ".trash/b.md": S3})
    (tmp_path / "draussen").mkdir()
    (tmp_path / "draussen" / "c.md").write_text("geheim", encoding="utf-8")
    (folder / "c.md").symlink_to(tmp_path / "draussen" / "c.md")
    (folder / "ordner").symlink_to(tmp_path / "draussen")
    (folder / "b.md").symlink_to(folder / ".trash" / "b.md")
    (folder / "bild.png").symlink_to(tmp_path / "draussen" / "c.md")
    assert skipped(sync_folder(folder)) == {
        "c.md": Problem("link_out"),
        "ordner": Problem("link_out"),
        "b.md": Problem("link_hidden"),
    }


def test_a_vault_that_is_a_link_itself_is_followed(write_vault: WriteVault, tmp_path: Path):
    folder = write_vault({"S3.txt": S3, "EC2.md": S3})
    (folder / "a.md").symlink_to(folder / "S3.txt")
    (tmp_path / "link").symlink_to(folder)
    assert listed(tmp_path / "link") == {"a.md", "EC2.md"}


# ---- files that change while they are read ----------------------------------------------------------


def test_an_edit_of_the_same_size_and_time_is_seen(write_vault: WriteVault, sync_folder: SyncFolder):
    folder = write_vault({"S3.md": "# S3\nlarge\n"})
    sync_folder(folder)
    status = (folder / "S3.md").stat()
    write_vault({"S3.md": "# S3\nsmall\n"})
    os.utime(folder / "S3.md", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert counts(sync_folder(folder)) == {"changed": 1}


def test_an_old_file_is_not_opened_again(
    write_vault: WriteVault, sync_folder: SyncFolder, monkeypatch: pytest.MonkeyPatch
):
    folder = write_vault({"S3.md": S3, "neu.md": S3})
    os.utime(folder / "S3.md", ns=(1, 1))
    sync_folder(folder)
    opened: list[str] = []

    def watched(path: Path) -> bytes:
        opened.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr("index.syncing.changes.read_bytes", watched)
    assert counts(sync_folder(folder)) == {"unchanged": 2}
    assert opened == ["neu.md"]  # so young that its time proves nothing


def test_a_note_is_read_as_it_is_at_one_moment(
    write_vault: WriteVault, sync_folder: SyncFolder, monkeypatch: pytest.MonkeyPatch, data: Path
):
    folder = write_vault({"S3.md": "# S3\n"})
    texts = [f"# S3\nversion {number}\n" * number for number in (1, 2)]

    def written_meanwhile(file: Path, folder: Path) -> Note:
        note = read_note(file, folder)
        if texts:
            file.write_text(texts.pop(0), encoding="utf-8")
        return note

    monkeypatch.setattr("index.syncing.changes.read_note", written_meanwhile)
    sync_folder(folder)
    catalog = open_current(data)
    assert catalog.text("S3.md") == ((folder / "S3.md").read_text("utf-8"), catalog.notes()[0].sha256)
    assert catalog.notes()[0].size == (folder / "S3.md").stat().st_size
    catalog.close()
    assert counts(sync_folder(folder)) == {"unchanged": 1}


def test_a_note_that_vanishes_before_it_is_read_is_gone(
    write_vault: WriteVault, sync_folder: SyncFolder, monkeypatch: pytest.MonkeyPatch, data: Path
):
    folder = write_vault({"S3.md": S3, "람다.md": LAMBDA})
    sync_folder(folder)
    write_vault({"람다.md": LAMBDA + "더\n", "neu.md": S3})

    def vanishing(file: Path, folder: Path) -> Note:
        file.unlink()
        return read_note(file, folder)

    monkeypatch.setattr("index.syncing.changes.read_note", vanishing)
    report = sync_folder(folder)
    assert (counts(report), report.skipped) == ({"removed": 1, "unchanged": 1}, ())
    assert set(check_index(data).values()) == {"S3.md"}


def test_an_editor_that_saves_by_renaming_changes_one_note(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder
):
    folder = write_vault({"람다.md": LAMBDA})
    sync_folder(folder)
    embedder.embedded.clear()
    write_vault({".람다.md.swp": "x", "람다.md~": LAMBDA.replace("요청마다", "쓴 만큼")})
    (folder / "람다.md~").replace(folder / "람다.md")
    assert counts(sync_folder(folder)) == {"changed": 1}
    assert embedder.embedded == ["람다 > 요금\n쓴 만큼 낸다."]


def test_a_note_written_half_is_whole_after_the_next_sync(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder, data: Path
):
    folder = write_vault({"람다.md": LAMBDA, "S3.md": S3})
    sync_folder(folder)
    whole = index_digest(data)
    for half in ("", LAMBDA[:20]):
        sync_folder(write_vault({"람다.md": half}))
    embedder.embedded.clear()
    sync_folder(write_vault({"람다.md": LAMBDA}))
    assert (embedder.embedded, index_digest(data)) == ([], whole)
    assert folder.exists()


def test_a_folder_that_was_away_for_a_moment_embeds_nothing_again(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder, data: Path, tmp_path: Path
):
    folder = write_vault({f"{number}.md": f"# {number}\n글 {number}이다.\n" for number in range(50)})
    sync_folder(folder)
    whole = index_digest(data)
    folder.rename(tmp_path / "weg")
    folder.mkdir()
    assert counts(sync_folder(folder)) == {"removed": 50}
    folder.rmdir()
    (tmp_path / "weg").rename(folder)
    embedder.embedded.clear()
    assert counts(sync_folder(folder)) == {"added": 50}
    assert (embedder.embedded, index_digest(data)) == ([], whole)


def test_a_burst_of_a_thousand_files_is_one_sync(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder, data: Path
):
    sync_folder(write_vault({"S3.md": S3}))
    embedder.embedded.clear()
    folder = write_vault({f"{i % 7}/{i}.md": f"# {i}\nText number {i}.\n" for i in range(1000)})
    assert counts(sync_folder(folder)) == {"added": 1000, "unchanged": 1}
    assert len(embedder.embedded) == 1000
    shutil.move(folder / "3", folder / "moved")
    embedder.embedded.clear()
    assert counts(sync_folder(folder)) == {"renamed": 143, "unchanged": 858}
    assert embedder.embedded == []
    assert len(check_index(data)) == 1001


# ---- an index that is busy, lost or damaged -------------------------------------------------------


def test_only_one_process_writes(write_vault: WriteVault, sync_folder: SyncFolder, data: Path):
    folder = write_vault({"S3.md": S3})
    data.mkdir()
    with FileLock(data / "write.lock"), pytest.raises(IndexBusyError, match="Wait until it has finished"):
        sync_folder(folder)
    assert counts(sync_folder(folder)) == {"added": 1}


def test_data_that_can_not_be_a_folder_is_named(write_vault: WriteVault, sync_folder: SyncFolder, data: Path):
    data.write_text("eine Datei", encoding="utf-8")
    with pytest.raises(CatalogError, match="--data"):
        sync_folder(write_vault({"S3.md": S3}))


def test_a_sync_that_fails_leaves_the_index_as_it_was(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    class Failing(WordHashEmbedder):
        def encode_documents(self, texts, *, progress=None):
            raise MemoryError

    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    before = check_index(data)
    write_vault({"람다.md": LAMBDA})
    with pytest.raises(MemoryError):
        sync_folder(folder, Failing())
    assert check_index(data) == before
    assert counts(sync_folder(folder)) == {"added": 1, "unchanged": 1}
    assert len(check_index(data)) == 3


def test_two_vaults_do_not_meet(tmp_path: Path, embedder: WordHashEmbedder, reader: TermReader):
    for name, text in (("a", LAMBDA), ("b", S3)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "노트.md").write_text(text, encoding="utf-8")
        sync(tmp_path / name, tmp_path / "data" / name, embedder, reader)
    assert len(check_index(tmp_path / "data" / "a")) == 2
    assert len(check_index(tmp_path / "data" / "b")) == 1


def test_vectors_that_nobody_uses_go_when_they_are_many(
    write_vault: WriteVault,
    sync_folder: SyncFolder,
    embedder: WordHashEmbedder,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("index.sync._KEPT_VECTORS", 2)
    monkeypatch.setattr("index.sync._CLEANING_TURN", 1)
    for number in range(6):
        sync_folder(write_vault({"S3.md": f"# S3\nversion {number}\n"}))
    catalog = open_current(data)
    stored, used = catalog.embedding_counts()
    catalog.close()
    assert (used, stored <= 3) == (1, True)
    check_index(data)
