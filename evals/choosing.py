"""Which notes and which cases a command works on."""

import random
from collections.abc import Sequence
from pathlib import Path

from assistant.settings import Settings, go_offline, read_settings
from evals.errors import CasesError
from evals.gold import GoldCase, load_cases
from evals.vault import Vault, read_vault
from index.glossary import load_glossary
from index.sync import check_folder

ROOT = Path(__file__).parent
CASES = ROOT / "cases"
CORPUS = ROOT.parent / "corpus"


def choose(
    cases: Sequence[GoldCase], slices: Sequence[str] | None, split: str | None, limit: int | None
) -> list[GoldCase]:
    """Returns the cases of all the slices and the split, in order; `limit` draws, the same ones each time.

    Raises:
        CasesError: None is left.
    """
    known = {name for gold in cases for name in gold.case.slice_names}
    for name in slices or ():
        if name not in known:
            group = name.split(":", 1)[0] + ":"
            near = [k for k in known if name in k] or [k for k in known if k.startswith(group)]
            near = near or [k for k in known if not k.startswith("about:")]
            raise CasesError(f"There is no slice {name!r}. Try {', '.join(sorted(near)[:12])}.")
    chosen = [
        gold
        for gold in cases
        if set(slices or ()) <= set(gold.case.slice_names) and split in (None, gold.case.split)
    ]
    if not chosen:
        raise CasesError("No case is in all of these slices. Name fewer of them.")
    if limit and limit < len(chosen):
        drawn = set(random.Random(0).sample(range(len(chosen)), limit))
        chosen = [gold for i, gold in enumerate(chosen) if i in drawn]
    return chosen


def settings_for(notes: Path | None) -> Settings:
    """Returns the settings for notes, offline from now on; those of `corpus/` by default."""
    go_offline()
    return read_settings(notes=notes or CORPUS)


def vault_of(notes: Path | None) -> Vault:
    """Reads the notes that cases are about.

    Raises:
        NotesFolderError: There is no such folder.
    """
    folder = settings_for(notes).notes_folder()
    check_folder(folder)
    return read_vault(folder)


def find_case(name: str, cases: Sequence[GoldCase]) -> GoldCase:
    """Returns the case of this id.

    Raises:
        CasesError: There is none; the nearest ids are named.
    """
    for gold in cases:
        if gold.case.id == name:
            return gold
    near = [gold.case.id for gold in cases if name in gold.case.id][:5]
    hint = f" Perhaps {', '.join(near)}?" if near else " Each line of evals/cases names one."
    raise CasesError(f"There is no case {name!r}.{hint}")


def load(files: list[Path] | None, settings: Settings, vault: Vault) -> list[GoldCase]:
    """Reads cases, those of `evals/cases` by default, and holds them against notes and glossary.

    Raises:
        CasesError: A case is wrong; `load_cases` says how.
    """
    ids = [entry.id for entry in load_glossary(settings.glossary_file())]
    return load_cases(files or [CASES], vault, ids)
