"""The doctor: what it finds in a vault and its index, where, and what it can mend."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.wording.words import finding_json, remedy, what
from index.catalog import SCHEMA_VERSION, Catalog
from index.checks.broken_links import broken_links, outline, vault_files
from index.checks.mending import mend_catalog
from index.doctor import Finding, examine
from index.errors import IndexBusyError
from index.notes import parse_note
from index.problems import Problem
from index.storage.builds import begin_build, catalog_file, current_build
from index.storage.lock import writing
from index.sync import sync
from index.terms import TermReader
from tests.conftest import SyncFolder, WriteVault
from tests.fakes import WordHashEmbedder

S3 = "# S3\nS3는 객체 저장소 이다.\n\n## 버킷 (Bucket)\n버킷은 그릇 이다. ^bucket\n"
EC2 = "# EC2\nEC2는 가상 서버 이다.\n"

Examine = Callable[..., list[Finding]]


@pytest.fixture
def examined(vault: Path, data: Path) -> Examine:
    def run(embedder: WordHashEmbedder | None = None, glossary: Path | None = None) -> list[Finding]:
        file = glossary or Path(__file__).parent.parent / "corpus" / "glossary.yaml"
        return examine(vault, data, file, embedder or WordHashEmbedder(), lambda done, total: None)

    return run


def test_a_healthy_vault_has_no_findings(write_vault: WriteVault, sync_folder: SyncFolder, examined: Examine):
    sync_folder(write_vault({"S3.md": S3, "EC2.md": EC2 + "[[S3]] [[S3#버킷 (Bucket)]] ![[S3#^bucket]]\n"}))
    assert examined() == []


# ---- links ----------------------------------------------------------------------------------------


def broken(notes: dict[str, str], files: set[str] | None = None) -> list[tuple[str, str, str]]:
    outlines = {path: outline(parse_note(text, path)) for path, text in notes.items()}
    found = broken_links(outlines, {*notes, *(files or ())})
    return [(f"{link.path}:{link.line}", what(link.problem, "en"), link.near) for link in found]


@pytest.mark.parametrize(
    "markup",
    [
        "[[S3]]", "[[s3|저장소]]", "[[aws/S3]]", "[[S3#버킷 (Bucket)]]", "[[S3#^bucket]]", "![[S3]]",
        "![[S3#버킷 (Bucket)]]", "[S3](aws/S3.md)", "[버킷](<aws/S3.md#버킷 (Bucket)>)", "[밖](https://a.test/b)",
        "[[#제목]]", "`[[없다]]`", "[[그림.png]]", "![[그림.png|300]]", "[폴더](aws/)", "![x](https://a.test/x.png)",
        "[[S3.md]]", "[위](../밖.md)", "[편지](mailto:a@b.test)",
    ],
)  # fmt: skip
def test_a_link_that_leads_somewhere_is_no_finding(markup: str):
    notes = {"노트.md": f"# 제목\n본문 {markup} 이다.\n", "aws/S3.md": S3}
    assert broken(notes, {"그림.png", "aws/"}) == []


@pytest.mark.parametrize(
    ("markup", "said", "near"),
    [
        ("[[S4]]", "the link to 'S4' leads nowhere: there is no such file", "S3"),
        ("![[S4]]", "the embed of 'S4' leads nowhere: there is no such file", "S3"),
        ("[[전혀 다른 것]]", "the link to '전혀 다른 것' leads nowhere: there is no such file", ""),
        ("[[S3#버켓 (Bucket)]]", "'aws/S3.md' has no heading '버켓 (Bucket)'", "버킷 (Bucket)"),
        ("![[S3#^buckets]]", "'aws/S3.md' has no block '^buckets'", "^bucket"),
        ("[[#없는 제목]]", "'노트.md' has no heading '없는 제목'", ""),
        ("[S3](aws/S4.md)", "the link to 'aws/S4.md' leads nowhere: there is no such file", "S3"),
        ("![[그린.png]]", "the image '그린.png' leads nowhere: there is no such file", "그림.png"),
    ],
)
def test_a_broken_link_names_its_line_and_the_nearest_name(markup: str, said: str, near: str):
    notes = {"노트.md": f"# 제목\n\n첫 문단.\n둘째 {markup} 이다.\n", "aws/S3.md": S3}
    assert broken(notes, {"그림.png"}) == [("노트.md:4", said, near)]


@pytest.mark.parametrize("markup", ["[[서버리스 함수]]", "[[Lambda Functions]]"])
def test_a_link_by_a_title_or_alias_is_answered_with_the_files_name(markup: str):
    head = "---\ntitle: 서버리스 함수\naliases: [Lambda Functions]\n---\n글이다.\n"
    ((_, _, near),) = broken({"노트.md": f"{markup}\n", "aws/람다.md": head})
    assert near == "람다"


def test_a_link_to_a_heading_with_tags_leads_there_as_obsidian_writes_it():
    assert broken({"노트.md": "[[S3#개요 db]] [[S3#개요]] [[S3#개요 #db]]\n", "S3.md": "## 개요 #db\n"}) == []


def test_a_missing_picture_is_a_remark(write_vault: WriteVault, sync_folder: SyncFolder, examined: Examine):
    sync_folder(write_vault({"EC2.md": EC2 + "![[Pasted image 20260101090000.png]]\n"}))
    (finding,) = examined()
    assert (finding.kind, finding.where, finding.remark) == ("link", "EC2.md:3", True)


def test_a_link_in_either_unicode_form_finds_its_note():
    import unicodedata

    name = unicodedata.normalize("NFD", "네트워크")
    assert broken({"노트.md": f"[[{name}]]\n", "네트워크.md": "# 네트워크\n"}) == []


def test_hidden_files_are_no_targets_and_folders_end_with_a_slash(write_vault: WriteVault):
    folder = write_vault({"aws/S3.md": S3, ".obsidian/app.md": "x", "그림.png": b"png"})
    assert vault_files(folder) == {"aws/", "aws/S3.md", "그림.png"}


# ---- notes ----------------------------------------------------------------------------------------


def test_the_same_content_twice_is_a_remark_and_no_fault(
    write_vault: WriteVault, sync_folder: SyncFolder, examined: Examine
):
    sync_folder(write_vault({"S3.md": S3, "사본/S3.md": S3}))
    (finding,) = examined()
    assert (finding.kind, finding.where, finding.remark) == ("duplicate", "사본/S3.md", True)
    assert finding.problem == Problem("duplicate", ("S3.md",))


def test_one_name_in_both_unicode_forms_is_a_finding(
    write_vault: WriteVault, vault: Path, sync_folder: SyncFolder, examined: Examine
):
    import unicodedata

    write_vault({unicodedata.normalize("NFC", "람다.md"): S3, unicodedata.normalize("NFD", "람다.md"): EC2})
    if len(list(vault.iterdir())) == 1:
        pytest.skip("this file system takes both forms for one name")
    sync_folder(vault)
    assert [(f.kind, f.where, f.problem.kind) for f in examined()] == [("file", "람다.md", "same_name")]


def test_a_companion_that_is_not_parallel_is_named_with_both_lines(
    write_vault: WriteVault, sync_folder: SyncFolder, examined: Examine
):
    sync_folder(write_vault({"EC2.md": EC2, "EC2.en.md": "# EC2\nEC2 is a server.\n\n- One too many.\n"}))
    (finding,) = examined()
    assert (finding.kind, finding.fixable) == ("companion", False)
    assert finding.where.startswith("EC2.en.md:")
    assert finding.problem.about[0] == "EC2.md"


def test_a_name_of_the_vaults_own_glossary_that_no_note_uses_is_found(
    write_vault: WriteVault, vault: Path, sync_folder: SyncFolder, examined: Examine
):
    definition = "definition: {ko: 저장소, en: a store}"
    entry = (
        f"- {{id: s3, kind: service, en: S3, ko: [객체 창고], abbr: [], misspellings: [], {definition}}}\n"
    )
    sync_folder(write_vault({"S3.md": S3, "glossary.yaml": entry}))
    (finding,) = examined(glossary=vault / "glossary.yaml")
    assert (finding.kind, finding.problem) == ("glossary", Problem("glossary_unused", ("객체 창고", "s3")))
    write_vault({"glossary.yaml": "- id: [\n"})
    assert [f.kind for f in examined(glossary=vault / "glossary.yaml")] == ["glossary"]


# ---- the index ------------------------------------------------------------------------------------


def test_without_an_index_there_is_one_finding_and_looking_makes_none(
    write_vault: WriteVault, data: Path, examined: Examine
):
    write_vault({"S3.md": S3})
    assert [(f.problem.kind, f.fixable) for f in examined()] == [("no_index", True)]
    assert not data.exists()


def test_notes_added_changed_and_removed_since_are_stale(
    write_vault: WriteVault, vault: Path, sync_folder: SyncFolder, examined: Examine
):
    sync_folder(write_vault({"S3.md": S3, "EC2.md": EC2}))
    write_vault({"S3.md": S3 + "더.\n", "VPC.md": "# VPC\n망 이다.\n"})
    (vault / "EC2.md").unlink()
    told = {f.where: f.problem.kind for f in examined() if f.kind == "stale" and f.fixable}
    assert told == {
        "EC2.md": "stale_removed",
        "S3.md": "stale_changed",
        "VPC.md": "stale_added",
    }
    sync_folder(vault)
    assert examined() == []


def test_an_index_of_another_model_is_named_with_both_and_is_not_mended(
    write_vault: WriteVault, sync_folder: SyncFolder, examined: Examine
):
    sync_folder(write_vault({"S3.md": S3}))
    (finding,) = examined(WordHashEmbedder("other"))
    assert (finding.kind, finding.fixable) == ("model", False)
    assert finding.problem == Problem("other_model", ("word-hash", "other"))
    assert "mutgo index --embedder other" in remedy(finding.problem, "en")


def test_another_version_of_the_model_is_mended(
    write_vault: WriteVault, vault: Path, sync_folder: SyncFolder, examined: Examine
):
    sync_folder(write_vault({"S3.md": S3}))
    newer = WordHashEmbedder()
    newer.fingerprint = "word-hash-2"
    assert [(f.kind, f.fixable) for f in examined(newer)] == [("model", True)]
    sync_folder(vault, newer)
    assert examined(newer) == []


@pytest.fixture
def damage(data: Path) -> Callable[[str], None]:
    """Runs SQL on the current catalog, as only another program would."""

    def run(sql: str) -> None:
        build = current_build(data)
        assert build is not None
        with sqlite3.connect(catalog_file(build)) as db:
            db.executescript(sql)
        db.close()

    return run


def test_missing_vectors_are_found_and_embedded_again(
    write_vault: WriteVault,
    vault: Path,
    data: Path,
    sync_folder: SyncFolder,
    examined: Examine,
    damage: Callable[[str], None],
):
    embedder = WordHashEmbedder()
    sync_folder(write_vault({"S3.md": S3, "EC2.md": EC2}), embedder)
    first = len(embedder.embedded)
    damage("DELETE FROM embeddings WHERE rowid IN (SELECT rowid FROM embeddings LIMIT 1)")
    assert [f.problem for f in examined() if f.kind == "index"] == [Problem("no_vectors", ("1", "0001"))]
    mend_catalog(data)
    sync_folder(vault, embedder)
    assert len(embedder.embedded) == first + 1
    assert examined() == []


def test_rows_of_no_note_are_found_and_dropped(
    write_vault: WriteVault,
    vault: Path,
    data: Path,
    sync_folder: SyncFolder,
    examined: Examine,
    damage: Callable[[str], None],
):
    sync_folder(write_vault({"S3.md": S3, "EC2.md": EC2}))
    damage("PRAGMA foreign_keys=OFF; DELETE FROM notes WHERE path='EC2.md'")
    kinds = {f.kind for f in examined() if f.fixable}
    assert kinds >= {"index", "stale"}
    mend_catalog(data)
    sync_folder(vault)
    assert examined() == []


def test_a_damaged_catalog_is_found_set_aside_and_made_again(
    write_vault: WriteVault, vault: Path, data: Path, sync_folder: SyncFolder, examined: Examine
):
    sync_folder(write_vault({"S3.md": S3}))
    build = current_build(data)
    assert build is not None
    for file in build.folder.glob("catalog.sqlite-*"):
        file.unlink()
    catalog_file(build).write_bytes(b"this is no database" * 100)
    (finding,) = examined()
    assert (finding.kind, finding.fixable) == ("index", True)
    assert finding.problem.kind == "damaged"
    mend_catalog(data)
    sync_folder(vault)
    (remark,) = examined()
    assert (remark.kind, remark.remark) == ("leftover", True)
    assert remark.where.startswith("damaged-")


def test_vectors_that_are_gone_are_found_and_made_again_without_embedding(
    write_vault: WriteVault, vault: Path, data: Path, sync_folder: SyncFolder, examined: Examine
):
    embedder = WordHashEmbedder()
    sync_folder(write_vault({"S3.md": S3}), embedder)
    first = len(embedder.embedded)
    build = current_build(data)
    assert build is not None
    shutil.rmtree(build.folder / "vectors")
    assert [(f.kind, f.fixable) for f in examined()] == [("vectors", True)]
    sync_folder(vault, embedder)
    assert examined() == []
    assert len(embedder.embedded) == first


def test_a_build_that_was_begun_and_left_is_found_unless_somebody_is_making_it(
    write_vault: WriteVault, vault: Path, data: Path, sync_folder: SyncFolder, examined: Examine
):
    sync_folder(write_vault({"S3.md": S3}))
    begin_build(data, WordHashEmbedder("other"), SCHEMA_VERSION)
    with writing(data, 0.0, lambda waited, most: None):
        assert examined() == []
        with pytest.raises(IndexBusyError):
            mend_catalog(data)
    (finding,) = examined()
    assert (finding.kind, finding.where, finding.fixable) == ("leftover", "builds/0002", True)
    sync_folder(vault)
    assert examined() == []


def test_the_previous_build_is_no_leftover(
    write_vault: WriteVault, data: Path, sync_folder: SyncFolder, examined: Examine, reader: TermReader
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    sync(folder, data, WordHashEmbedder("other"), reader, switch=True)
    assert examined(WordHashEmbedder("other")) == []


def test_findings_can_be_written_as_json(write_vault: WriteVault, examined: Examine):
    write_vault({"노트.md": "[[없다]]\n"})
    for finding in examined():
        assert list(json.loads(json.dumps(finding_json(finding, "en")))) == [
            "kind", "where", "what", "remedy", "fixable", "remark"
        ]  # fmt: skip


def test_examining_changes_no_catalog(
    write_vault: WriteVault, data: Path, sync_folder: SyncFolder, examined: Examine
):
    sync_folder(write_vault({"S3.md": S3}))
    build = current_build(data)
    assert build is not None
    catalog = Catalog(catalog_file(build))
    before = catalog.db.execute("PRAGMA data_version").fetchone()
    examined()
    assert catalog.db.execute("PRAGMA data_version").fetchone() == before
    catalog.close()
