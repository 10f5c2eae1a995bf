"""Sync: a folder of any kind becomes an index, and only what is new is embedded."""

import os
import shutil
import sqlite3
import unicodedata
from pathlib import Path

import pytest
from filelock import FileLock

from index.catalog import Catalog
from index.errors import CatalogError, IndexBusyError, NotesFolderError
from index.sync import CATALOG_FILE, SyncReport, sync
from index.terms import TermReader
from index.vectors import Vectors, vectors_folder
from tests.conftest import SyncFolder, WriteVault
from tests.fakes import WordHashEmbedder

LAMBDA = "# 람다\n- 람다는 코드를 실행한다.\n- 15분까지이다.\n## 요금\n요청마다 낸다.\n"
S3 = "# S3\n- 버킷에 객체를 담는다.\n"
LAMBDA_EN = "# Lambda\n- Lambda runs code.\n- Up to 15 minutes.\n## Price\nPer request.\n"


def counts(report: SyncReport) -> dict[str, int]:
    """The counts of files that are not zero."""
    names = ("added", "changed", "renamed", "removed", "unchanged")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def check_index(data: Path) -> dict[str, str]:
    """Chroma holds exactly the catalog's chunks, each with a stored vector; returns paths by chunk."""
    catalog = Catalog(data / CATALOG_FILE)
    try:
        wanted = catalog.chunk_ids()
        assert catalog.missing_embeddings(wanted.values()) == []
        vectors = Vectors(vectors_folder(data, catalog), WordHashEmbedder().fingerprint)
        try:
            assert vectors.ids() == set(wanted)
        finally:
            vectors.close()
        return {chunk_id: row.chunk.note for chunk_id, row in catalog.chunks(list(wanted)).items()}
    finally:
        catalog.close()


def twins(data: Path) -> int:
    catalog = Catalog(data / CATALOG_FILE)
    try:
        return len(catalog.twins(list(catalog.chunk_ids())))
    finally:
        catalog.close()


def skipped(report: SyncReport) -> dict[str, str]:
    return {notice.path: notice.what for notice in report.skipped}


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


def test_a_new_name_is_a_new_title_and_is_embedded(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    (folder / "S3.md").rename(folder / "저장소.md")
    embedder.embedded.clear()
    assert counts(sync_folder(folder)) == {"renamed": 1}
    assert embedder.embedded == ["저장소 > S3\n버킷에 객체를 담는다."]


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
    catalog = Catalog(data / CATALOG_FILE)
    assert catalog.document_frequency(["람다"]) == {"람다": 0}
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


def test_another_model_or_glossary_reads_everything_again(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder, reader: TermReader
):
    folder = write_vault({"S3.md": "# S3\nObjects in buckets.\n"})  # no Hangul: no second Kiwi to load
    sync_folder(folder)
    other = WordHashEmbedder("other")
    assert counts(sync_folder(folder, other)) == {"unchanged": 1}
    assert len(other.embedded) == 1
    again = WordHashEmbedder("other")
    sync_folder(folder, again, TermReader(reader.glossary[:1]))
    assert again.embedded == []  # other terms, the same vectors


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
    assert all("Lambda" in passage for passage in embedder.embedded)
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
        assert "line 4 here, line 3 there" in notice.what
        assert twins(data) == 0
    report = sync_folder(write_vault({"람다.en.md": LAMBDA_EN}))
    assert report.notices == ()
    assert (report.notes, twins(data)) == (1, 2)


def test_a_note_that_grows_past_its_companion_parts_from_it(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    folder = write_vault({"람다.md": LAMBDA, "람다.en.md": LAMBDA_EN})
    sync_folder(folder)
    report = sync_folder(write_vault({"람다.md": LAMBDA + "## 더\n글\n"}))
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
    assert "50 MB" in skipped(report)["큰.md"]
    assert "links out of the vault" in skipped(report)["링크.md"]
    assert "no regular file" in skipped(report)["파이프.md"]
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
    assert [notice.done for notice in report.skipped] == ["skipped; the version read before stays"]
    assert set(check_index(data).values()) == {"S3.md"}
    assert folder.exists()


def test_a_notice_goes_with_its_file(write_vault: WriteVault, sync_folder: SyncFolder, data: Path):
    folder = write_vault({"S3.md": S3, "이진.md": bytes(range(256)) * 8})
    sync_folder(folder)
    (folder / "이진.md").unlink()
    report = sync_folder(folder)
    assert (report.skipped, report.notices) == ((), ())
    catalog = Catalog(data / CATALOG_FILE)
    assert catalog.notices() == []
    catalog.close()


def test_a_file_name_that_is_no_text_is_skipped(write_vault: WriteVault, sync_folder: SyncFolder):
    folder = write_vault({"S3.md": S3})
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.md")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system refuses such names itself")
    report = sync_folder(folder)
    assert skipped(report) == {"caf?.md": "its name is no UTF-8"}
    assert counts(report) == {"added": 1}


def test_what_is_hidden_is_not_read(write_vault: WriteVault, sync_folder: SyncFolder):
    folder = write_vault({".obsidian/a.md": S3, ".숨은.md": S3, "S3.md": S3, "b.markdown": S3, "c.MD": S3})
    assert counts(sync_folder(folder)) == {"added": 3}


def test_a_cp949_note_is_indexed_and_told(write_vault: WriteVault, sync_folder: SyncFolder):
    report = sync_folder(write_vault({"옛.md": S3.encode("cp949")}))
    assert [(notice.path, notice.done) for notice in report.notices] == [("옛.md", "indexed")]
    assert "CP949" in report.notices[0].what
    assert report.chunks == 1


def test_a_note_of_pictures_is_told(write_vault: WriteVault, sync_folder: SyncFolder):
    report = sync_folder(write_vault({"그림.md": "![[a.png]]\n\n![](b.png)\n", "빈.md": ""}))
    assert {notice.path: notice.what for notice in report.notices} == {
        "그림.md": "it holds only images",
        "빈.md": "it holds no text",
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
    catalog = Catalog(data / CATALOG_FILE)
    assert (folder / catalog.disk_path("람다.md")).is_file()
    catalog.close()


# ---- an index that is busy, lost or damaged -------------------------------------------------------


def test_only_one_process_writes(write_vault: WriteVault, sync_folder: SyncFolder, data: Path):
    folder = write_vault({"S3.md": S3})
    data.mkdir()
    with FileLock(data / "write.lock"), pytest.raises(IndexBusyError, match="Wait until it has finished"):
        sync_folder(folder)
    assert counts(sync_folder(folder)) == {"added": 1}


@pytest.mark.parametrize("damage", ["deleted", "garbage", "empty", "one vector lost", "one too many"])
def test_vectors_are_made_again_without_embedding(
    write_vault: WriteVault, sync_folder: SyncFolder, embedder: WordHashEmbedder, data: Path, damage: str
):
    folder = write_vault({"람다.md": LAMBDA, "S3.md": S3})
    sync_folder(folder)
    embedder.embedded.clear()
    (generation,) = (data / "vectors").iterdir()
    if damage == "deleted":
        shutil.rmtree(data / "vectors")
    elif damage in ("garbage", "empty"):
        (generation / "chroma.sqlite3").write_bytes(b"garbage" * 1000 if damage == "garbage" else b"")
    else:
        vectors = Vectors(generation, embedder.fingerprint)
        if damage == "one vector lost":
            vectors.delete(sorted(vectors.ids())[:1])
        else:
            vectors.add(["fremd"], embedder.encode_documents(["x"]))
            embedder.embedded.clear()
        vectors.close()
    report = sync_folder(folder)
    assert counts(report) == {"unchanged": 2}
    assert embedder.embedded == []
    assert len(check_index(data)) == 3
    assert len(list((data / "vectors").iterdir())) == 1


def test_a_catalog_that_is_no_database_says_how_to_mend_it(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    folder = write_vault({"S3.md": S3})
    data.mkdir()
    (data / CATALOG_FILE).write_bytes(b"no database " * 1000)
    with pytest.raises(CatalogError, match=r"delete the file: it is made again from the notes\.$"):
        sync_folder(folder)
    (data / CATALOG_FILE).unlink()
    assert counts(sync_folder(folder)) == {"added": 1}


def test_a_catalog_with_damaged_pages_says_how_to_mend_it(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    folder = write_vault({"람다.md": LAMBDA})
    sync_folder(folder)
    content = (data / CATALOG_FILE).read_bytes()
    (data / CATALOG_FILE).write_bytes(content[:4096] + b"x" * (len(content) - 4096))
    with pytest.raises(CatalogError, match=r"Run `mutgo doctor --fix`"):
        sync_folder(folder)


def test_a_catalog_of_a_newer_mutgo_is_left_alone(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    db = sqlite3.connect(data / CATALOG_FILE)
    db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(CatalogError, match="schema 99"):
        sync_folder(folder)


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
