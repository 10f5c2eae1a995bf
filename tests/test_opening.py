"""From settings to an index: which embedding model, changing it and returning, while others write."""

from pathlib import Path

import pytest

from assistant.assistant import open_assistant
from assistant.checkup import examine_vault, mend_vault
from assistant.opening import answering_build, index_notes, return_to_previous
from assistant.settings import Settings
from index.embed import DEFAULT_EMBEDDER
from index.errors import BuildError, IndexBusyError, WrongModelError
from index.storage.builds import catalog_file
from index.storage.lock import writing
from tests.conftest import WriteVault
from tests.fakes import WordHashEmbedder

S3 = "# S3\nS3는 객체 저장소이다.\n"


def quiet(stage: str, done: int, total: int) -> None:
    pass


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every model name stands for an embedder of words; returns the names that were loaded."""
    names: list[str] = []

    def load(name: str, **_: object) -> WordHashEmbedder:
        names.append(name)
        return WordHashEmbedder(name)

    monkeypatch.setattr("assistant.opening.load_embedder", load)
    return names


@pytest.fixture
def chosen(write_vault: WriteVault, data: Path, loaded: list[str]) -> Settings:
    return Settings(notes=write_vault({"S3.md": S3}), data=data)


def model(settings: Settings, name: str) -> Settings:
    return settings.model_copy(update={"embedder": name})


def test_a_new_index_is_made_with_the_embedded_model(chosen: Settings, loaded: list[str]):
    index_notes(chosen, quiet)
    assert loaded == [DEFAULT_EMBEDDER]


def test_a_model_is_named_once_and_then_is_the_indexs_own(chosen: Settings, loaded: list[str]):
    index_notes(model(chosen, "a"), quiet)
    assistant = open_assistant(chosen)
    assert assistant.index.embedder.name == "a"
    assistant.close()
    assert loaded == ["a", "a"]


def test_asking_with_another_model_names_both_and_the_command(chosen: Settings):
    index_notes(model(chosen, "a"), quiet)
    with pytest.raises(WrongModelError, match=r"'a', not with 'b'.*mutgo index --embedder b"):
        open_assistant(model(chosen, "b"))
    with pytest.raises(WrongModelError):
        index_notes(model(chosen, "b"), quiet)


def test_changing_the_model_and_returning(chosen: Settings, write_vault: WriteVault):
    index_notes(model(chosen, "a"), quiet)
    index_notes(model(chosen, "b"), quiet, switch=True)
    build = answering_build(chosen)
    assert build is not None
    assert build.embedder == "b"
    write_vault({"EC2.md": "# EC2\nEC2는 가상 서버이다.\n"})
    report = return_to_previous(chosen, quiet)
    assert (report.added, report.embedded) == (1, 1), "what came since is taken in"
    build = answering_build(chosen)
    assert build is not None
    assert build.embedder == "a"
    assert return_to_previous(chosen, quiet).unchanged == 1


def test_without_an_earlier_build_there_is_no_returning(chosen: Settings):
    index_notes(chosen, quiet)
    with pytest.raises(BuildError, match="no earlier build"):
        return_to_previous(chosen, quiet)


def test_while_another_process_writes_questions_are_answered_from_before(
    chosen: Settings, data: Path, write_vault: WriteVault
):
    index_notes(chosen, quiet)
    write_vault({"EC2.md": "# EC2\nEC2는 가상 서버이다.\n"})
    with writing(data, 0.0, lambda waited, most: None):
        assistant = open_assistant(chosen)
        assert assistant.report is None
        assert "객체 저장소" in assistant.ask("S3가 뭐야?").text
        assistant.close()
        with pytest.raises(IndexBusyError):
            index_notes(chosen, quiet)


def test_the_doctor_mends_with_the_indexs_own_model_and_says_what_it_mended(
    chosen: Settings, write_vault: WriteVault
):
    index_notes(model(chosen, "a"), quiet)
    write_vault({"EC2.md": "# EC2\nEC2는 가상 서버이다.\n"})
    other = model(chosen, "b")
    assert {finding.kind for finding in examine_vault(other, quiet)} == {"stale", "model"}
    assert [finding.where for finding in mend_vault(other, quiet)] == ["EC2.md"]
    assert [finding.kind for finding in examine_vault(other, quiet)] == ["model"]
    build = answering_build(chosen)
    assert build is not None
    assert build.embedder == "a"


def test_the_doctor_sets_a_damaged_catalog_aside_and_makes_it_again(chosen: Settings):
    index_notes(chosen, quiet)
    build = answering_build(chosen)
    assert build is not None
    for file in build.folder.glob("catalog.sqlite-*"):
        file.unlink()
    catalog_file(build).write_bytes(b"no database" * 500)
    assert [finding.kind for finding in mend_vault(chosen, quiet)] == ["index"]
    assert all(finding.remark for finding in examine_vault(chosen, quiet))
