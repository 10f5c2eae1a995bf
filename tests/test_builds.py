"""Builds: one answers, another is made beside it, one rename swaps them, and one step leads back."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from index.catalog import SCHEMA_VERSION, Catalog
from index.errors import BuildError, CatalogError, NewerIndexError, WrongModelError
from index.opened import Index
from index.storage import builds
from index.storage.builds import (
    Build,
    all_builds,
    begin_build,
    catalog_file,
    current_build,
    discard_leftovers,
    make_current,
    previous_build,
    roll_back,
)
from index.storage.digest import index_digest
from index.sync import sync
from index.terms import TermReader
from tests.conftest import SyncFolder, WriteVault
from tests.fakes import WordHashEmbedder

S3 = "# S3\nObjects in buckets.\n"
EC2 = "# EC2\nServers by the hour.\n# Price\nPer hour.\n"


def made(data: Path, name: str = "word-hash") -> Build:
    return begin_build(data, WordHashEmbedder(name), SCHEMA_VERSION)


def answering(data: Path) -> Build:
    build = current_build(data)
    assert build is not None
    return build


def names(found: list[Build]) -> list[str]:
    return [build.name for build in found]


# ---- the builds themselves ------------------------------------------------------------------------


def test_nothing_is_current_before_a_build_is_finished(data: Path):
    assert current_build(data) is None
    build = made(data)
    assert current_build(data) is None
    make_current(data, build)
    assert (
        current_build(data)
        == build
        == Build(data / "builds" / "0001", "word-hash", "word-hash-1", SCHEMA_VERSION)
    )


def test_the_former_build_is_kept_and_one_before_it_is_not(data: Path):
    for name in ("a", "b", "c"):
        make_current(data, made(data, name))
        discard_leftovers(data)
    assert names(all_builds(data)) == ["0002", "0003"]
    previous = previous_build(data)
    assert (answering(data).embedder, previous and previous.embedder) == ("c", "b")


def test_rolling_back_twice_is_where_one_was(data: Path):
    make_current(data, made(data, "a"))
    make_current(data, made(data, "b"))
    assert roll_back(data).embedder == "a"
    assert answering(data).embedder == "a"
    assert roll_back(data).embedder == "b"


def test_there_is_nothing_to_roll_back_to_after_one_build(data: Path):
    make_current(data, made(data))
    with pytest.raises(BuildError, match="no earlier build to return to"):
        roll_back(data)


def test_a_build_of_an_older_schema_is_not_kept(data: Path):
    make_current(data, begin_build(data, WordHashEmbedder(), SCHEMA_VERSION - 1))
    make_current(data, made(data))
    assert previous_build(data) is None


def test_making_the_current_build_current_keeps_the_previous_one(data: Path):
    make_current(data, made(data, "a"))
    build = made(data, "b")
    make_current(data, build)
    make_current(data, build)
    previous = previous_build(data)
    assert previous is not None
    assert previous.embedder == "a"


def test_a_folder_without_a_description_is_no_build_and_is_removed(data: Path):
    make_current(data, made(data))
    (data / "builds" / "0002").mkdir()
    (data / "builds" / "0002" / "catalog.sqlite").write_bytes(b"half removed")
    assert names(all_builds(data)) == ["0001"]
    assert made(data).name == "0003"
    discard_leftovers(data)
    assert [path.name for path in (data / "builds").iterdir()] == ["0001"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"current": 7}', b'{"current": "../x"}', b"\xff"])
def test_a_damaged_name_of_the_current_build_is_said(data: Path, content: bytes):
    make_current(data, made(data))
    builds.current_file(data).write_bytes(content)
    with pytest.raises(BuildError, match="Run `mutgo index`"):
        current_build(data)


def test_a_current_build_whose_folder_went_is_none(data: Path):
    make_current(data, made(data))
    shutil.rmtree(data / "builds")
    assert current_build(data) is None


# ---- another model --------------------------------------------------------------------------------


def test_opening_with_another_model_names_both_and_the_command(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, reader: TermReader
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    command = r"'word-hash', not with 'other'\. Run `mutgo index --embedder other` .* --embedder word-hash\."
    with pytest.raises(WrongModelError, match=command):
        Index(data, WordHashEmbedder("other"), reader)
    with pytest.raises(WrongModelError, match=command):
        sync_folder(folder, WordHashEmbedder("other"))
    assert names(all_builds(data)) == ["0001"]


def test_the_old_build_answers_while_the_new_one_is_made(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, reader: TermReader
):
    folder = write_vault({"S3.md": S3, "EC2.md": EC2})
    sync_folder(folder)
    before = index_digest(data)
    seen: list[str] = []

    class Watching(WordHashEmbedder):
        def encode_documents(self, texts, *, progress=None):
            seen.append(answering(data).embedder)
            assert index_digest(data) == before
            return super().encode_documents(texts)

    report = sync(folder, data, Watching("other"), reader, switch=True)
    assert seen == ["word-hash"]
    assert answering(data).embedder == "other"
    assert (report.embedded, report.notes) == (3, 2)


def test_a_switch_that_fails_leaves_the_old_build_answering(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, reader: TermReader
):
    class Failing(WordHashEmbedder):
        def encode_documents(self, texts, *, progress=None):
            raise MemoryError

    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    before = index_digest(data)
    with pytest.raises(MemoryError):
        sync(folder, data, Failing("other"), reader, switch=True)
    assert index_digest(data) == before
    sync_folder(folder)
    assert names(all_builds(data)) == ["0001"]  # what was begun is not kept lying about


def test_rolling_back_returns_to_the_old_model_and_its_notes_catch_up(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, reader: TermReader
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    sync(folder, data, WordHashEmbedder("other"), reader, switch=True)
    write_vault({"EC2.md": EC2})
    sync(folder, data, WordHashEmbedder("other"), reader)
    assert roll_back(data).embedder == "word-hash"
    again = WordHashEmbedder()
    report = sync(folder, data, again, reader)
    assert (report.added, report.unchanged, len(again.embedded)) == (1, 1, 2)


def test_switching_back_embeds_only_what_changed_meanwhile(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, reader: TermReader
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    sync(folder, data, WordHashEmbedder("other"), reader, switch=True)
    again = WordHashEmbedder()
    sync(folder, data, again, reader, switch=True)
    assert again.embedded == []
    assert answering(data).embedder == "word-hash"


def test_an_upgraded_model_of_the_same_name_changes_over_by_itself(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, reader: TermReader
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    newer = WordHashEmbedder()
    newer.fingerprint = "word-hash-2"
    with pytest.raises(WrongModelError, match="another version of the embedding model 'word-hash'"):
        Index(data, newer, reader)
    assert sync(folder, data, newer, reader).embedded == 1
    assert answering(data).fingerprint == "word-hash-2"
    assert roll_back(data).fingerprint == "word-hash-1"


def test_an_open_index_follows_its_model_to_another_build_and_stays_with_it(
    write_vault: WriteVault, open_index: Callable[[Path], Index], data: Path, reader: TermReader
):
    folder = write_vault({"S3.md": S3})
    index = open_index(folder)
    sync(folder, data, WordHashEmbedder("other"), reader, switch=True)
    index.refresh()
    assert index.build.embedder == "word-hash"
    write_vault({"EC2.md": EC2})
    shutil.rmtree(data / "builds" / "0002")
    builds.current_file(data).unlink()
    shutil.move(data / "builds" / "0001", data / "builds" / "0007")
    sync(folder, data, WordHashEmbedder(), reader)
    index.refresh()
    assert index.build.name == "0007"
    assert index.note("EC2.md") is not None


def test_a_first_build_that_was_cut_short_goes_on_where_it_was(
    write_vault: WriteVault, data: Path, reader: TermReader, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("index.syncing.intake._BATCH_BYTES", 1)

    class Failing(WordHashEmbedder):
        def encode_documents(self, texts, *, progress=None):
            if self.embedded:
                raise MemoryError
            return super().encode_documents(texts)

    folder = write_vault({f"{i}.md": f"# {i}\nText {i}.\n" for i in range(5)})
    with pytest.raises(MemoryError):
        sync(folder, data, Failing(), reader)
    assert current_build(data) is None
    again = WordHashEmbedder()
    assert sync(folder, data, again, reader).notes == 5
    assert len(again.embedded) == 4
    assert names(all_builds(data)) == ["0001"]


# ---- other schemas --------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"no database " * 1000])
def test_an_index_from_before_there_were_builds_gives_way_to_a_new_one(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, content: bytes
):
    (data / "vectors" / "generation-1").mkdir(parents=True)
    for name in ("catalog.sqlite", "catalog.sqlite-wal"):
        (data / name).write_bytes(content)
    report = sync_folder(write_vault({"S3.md": S3}))
    assert [notice.done for notice in report.notices] == ["made_anew"]
    assert sorted(path.name for path in data.iterdir()) == ["builds", "current.json", "write.lock"]
    assert sync_folder(write_vault({"S3.md": S3})).notices == ()


def test_an_older_schema_is_built_anew_beside_and_embeds_nothing_again(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, embedder: WordHashEmbedder
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    digest = index_digest(data)
    old = answering(data)
    described = json.loads((old.folder / "build.json").read_text("utf-8")) | {"schema": SCHEMA_VERSION - 1}
    (old.folder / "build.json").write_text(json.dumps(described), encoding="utf-8")
    db = sqlite3.connect(catalog_file(old))
    db.execute(f"PRAGMA user_version={SCHEMA_VERSION - 1}")
    db.close()
    embedder.embedded.clear()
    sync_folder(folder)
    assert embedder.embedded == []
    assert index_digest(data) == digest
    assert names(all_builds(data)) == ["0002"]


@pytest.mark.parametrize("where", ["description", "catalog"])
def test_an_index_of_a_newer_mutgo_is_left_alone(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, where: str
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    build = answering(data)
    if where == "description":
        described = json.loads((build.folder / "build.json").read_text("utf-8"))
        (build.folder / "build.json").write_text(json.dumps(described | {"schema": 99}), encoding="utf-8")
    else:
        db = sqlite3.connect(catalog_file(build))
        db.execute("PRAGMA user_version=99")
        db.close()
    before = catalog_file(build).read_bytes()
    with pytest.raises(NewerIndexError, match="schema 99"):
        sync_folder(folder)
    assert catalog_file(build).read_bytes() == before
    assert list(data.glob("damaged-*")) == []


# ---- damage ---------------------------------------------------------------------------------------


def damage(build: Build, kind: str) -> None:
    file = catalog_file(build)
    content = file.read_bytes()
    if kind == "deleted":
        file.unlink()
    elif kind == "truncated":
        file.write_bytes(content[: len(content) // 2])
    elif kind == "empty":
        file.write_bytes(b"")
    elif kind == "garbage header":
        file.write_bytes(b"x" * 100 + content[100:])
    else:
        file.write_bytes(content[:4096] + b"x" * (len(content) - 4096))


@pytest.mark.parametrize("kind", ["truncated", "garbage header", "garbage pages"])
def test_a_damaged_catalog_is_set_aside_and_made_again(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, kind: str
):
    folder = write_vault({"S3.md": S3, "EC2.md": EC2})
    sync_folder(folder)
    digest = index_digest(data)
    damage(answering(data), kind)
    with pytest.raises(CatalogError, match="Run `mutgo index`"):
        index_digest(data)
    report = sync_folder(folder)
    (notice,) = report.notices
    assert "is damaged" in notice.problem.about[0]
    assert (data / notice.path / "catalog.sqlite").is_file()
    assert notice.path.startswith("damaged-")
    assert index_digest(data) == digest


@pytest.mark.parametrize("kind", ["empty", "deleted"])
def test_an_empty_or_missing_catalog_is_filled_again(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, kind: str
):
    folder = write_vault({"S3.md": S3, "EC2.md": EC2})
    sync_folder(folder)
    digest = index_digest(data)
    damage(answering(data), kind)
    assert sync_folder(folder).notes == 2
    assert index_digest(data) == digest


def test_a_damaged_name_of_the_current_build_is_made_again(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, embedder: WordHashEmbedder
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    digest = index_digest(data)
    builds.current_file(data).write_text("{", encoding="utf-8")
    embedder.embedded.clear()
    report = sync_folder(folder)
    assert embedder.embedded == []
    assert [notice.done for notice in report.notices] == ["set_aside"]
    assert index_digest(data) == digest


def test_a_damaged_name_of_the_current_build_hides_no_wrong_model(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    made(data, "other")  # begun, and never finished
    builds.current_file(data).write_text("{", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(WrongModelError):
            sync_folder(folder, WordHashEmbedder("other"))


def test_readers_of_nothing_are_told_to_index(data: Path, reader: TermReader):
    with pytest.raises(CatalogError, match="Run `mutgo index`"):
        Index(data, WordHashEmbedder(), reader)
    data.mkdir()
    made(data)
    with pytest.raises(CatalogError, match="Run `mutgo index`"):
        Index(data, WordHashEmbedder(), reader)
    with pytest.raises(CatalogError, match="Run `mutgo index`"):
        Catalog(data / "builds" / "0001" / "catalog.sqlite", create=False)
    assert not (data / "builds" / "0001" / "catalog.sqlite").exists()
