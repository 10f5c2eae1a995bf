"""The builds of an index: each in a folder of its own, for one embedding model, one of them current.

    data/current.json               {"current": "0002", "previous": "0001"}
    data/builds/0001/build.json     {"embedder": "e5-small", "fingerprint": "...", "schema": 2}
    data/builds/0001/catalog.sqlite
    data/builds/0001/vectors/

A build for another model is made beside the current one, which goes on answering. Every step here
is one atomic rename or can be repeated, so a process killed at any line leaves a readable state.
Only the holder of the write lock (`index/storage/lock.py`) calls what changes something.
"""

import json
import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from index.embed import Embedder
from index.errors import BuildError, NewerIndexError, WrongModelError

CATALOG_FILE = "catalog.sqlite"
_CURRENT = "current.json"
_BUILD = "build.json"
_FOLDER = "builds"


@dataclass(frozen=True, slots=True)
class Build:
    """One index: its folder and what it was made with.

    Attributes:
        folder: Holds `catalog.sqlite` and `vectors/`.
        embedder: Name of the embedding model.
        fingerprint: Identity of the model's vectors.
        schema: Version of the catalog's tables.
    """

    folder: Path
    embedder: str
    fingerprint: str
    schema: int

    @property
    def name(self) -> str:
        """The folder's own name, a number of four digits or more."""
        return self.folder.name


def catalog_file(build: Build) -> Path:
    """Returns where a build keeps its catalog."""
    return build.folder / CATALOG_FILE


def current_build(data: Path) -> Build | None:
    """Returns the build that answers; None where nothing was indexed yet.

    Raises:
        BuildError: The file that names it is damaged.
    """
    return _named(data, "current")


def previous_build(data: Path) -> Build | None:
    """Returns the build that `roll_back` would return to, if there is one.

    Raises:
        BuildError: The file that names it is damaged.
    """
    return _named(data, "previous")


def all_builds(data: Path) -> list[Build]:
    """Returns every build that was begun, whether or not it was finished, the oldest first."""
    folder = data / _FOLDER
    names = [p.name for p in folder.iterdir() if p.name.isdecimal()] if folder.is_dir() else []
    found = (_read_build(folder / name) for name in sorted(names, key=int))
    return [build for build in found if build is not None]


def begin_build(data: Path, embedder: Embedder, schema: int) -> Build:
    """Makes an empty build beside all others; nobody reads it before `make_current`.

    Raises:
        BuildError: It can't be written.
    """
    folder = data / _FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # The name of a damaged build that was set aside is not given again: readers go by the name.
        taken = [*(p.name for p in folder.iterdir() if p.name.isdecimal()), *_names(data)]
        number = max(map(int, taken), default=0) + 1
        build = Build(folder / f"{number:04}", embedder.name, embedder.fingerprint, schema)
        build.folder.mkdir()
    except OSError as error:
        raise _unwritable(folder, error) from error
    _replace(
        build.folder / _BUILD,
        {"embedder": build.embedder, "fingerprint": build.fingerprint, "schema": schema},
    )
    _sync_folder(folder)
    return build


def make_current(data: Path, build: Build) -> None:
    """Lets a finished build answer from now on, and keeps the one that did for `roll_back`.

    A former build of another schema can't be read any more and is not kept.
    """
    former = current_build(data)
    if former is not None and former.name == build.name:
        return
    keep = former is not None and former.schema == build.schema
    _replace(data / _CURRENT, {"current": build.name, "previous": former.name if former and keep else None})


def roll_back(data: Path) -> Build:
    """Lets the previous build answer again, and returns it; a second call undoes the first.

    Raises:
        BuildError: There is no previous build.
    """
    current, previous = current_build(data), previous_build(data)
    if previous is None:
        raise BuildError(
            f"The index in {str(data)!r} has no earlier build to return to. One is kept only after "
            "`mutgo index --embedder NAME` changed the model."
        )
    _replace(data / _CURRENT, {"current": previous.name, "previous": current.name if current else None})
    return previous


def discard_leftovers(data: Path, forget: Callable[[Path], None] = lambda folder: None) -> None:
    """Removes every build but the current and the previous one.

    Args:
        data: Where the index lives.
        forget: Called with each build's folder first, for what it keeps elsewhere.
    """
    kept = {build.name for build in (current_build(data), previous_build(data)) if build}
    folder = data / _FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name not in kept:
            forget(path)
            # Without its description a folder is no build: a removal cut short is never taken for one.
            (path / _BUILD).unlink(missing_ok=True)
            shutil.rmtree(path, ignore_errors=True)


def older_catalog(data: Path) -> Path | None:
    """Returns the catalog of an index from before there were builds, if there is one."""
    file = data / CATALOG_FILE
    return file if file.is_file() else None


def discard_older_index(data: Path) -> None:
    """Removes an index from before there were builds, once a build is current."""
    if current_build(data) is None:
        return
    shutil.rmtree(data / "vectors", ignore_errors=True)
    for file in sorted(data.glob(CATALOG_FILE + "*"), reverse=True):
        file.unlink(missing_ok=True)


def current_file(data: Path) -> Path:
    """Returns the file that names the current build."""
    return data / _CURRENT


def set_aside(data: Path, source: Path) -> Path:
    """Moves a damaged file or build folder out of the way, under a name that says so.

    Returns:
        Where it lies now: `damaged-<date>-<time>-<name>` in the data folder.

    Raises:
        BuildError: It can't be moved.
    """
    stem = f"damaged-{time.strftime('%Y%m%d-%H%M%S')}-{source.name}"
    target = data / stem
    number = 1
    while target.exists():
        number += 1
        target = data / f"{stem}-{number}"
    try:
        os.replace(source, target)
        _sync_folder(data)
    except OSError as error:
        raise BuildError(
            f"The damaged {str(source)!r} can't be moved out of the way ({error.strerror}). Close what "
            "reads it, or delete it; then run `mutgo index`."
        ) from error
    return target


def check_build(build: Build, embedder: Embedder, schema: int) -> None:
    """Says whether a build can be read by this mutgo and asked with this model.

    Raises:
        NewerIndexError: A newer mutgo made it.
        WrongModelError: Another embedding model made it.
    """
    check_schema(build, schema)
    if build.embedder != embedder.name:
        raise WrongModelError(
            f"The index in {str(build.folder.parent.parent)!r} was made with the embedding model "
            f"{build.embedder!r}, not with {embedder.name!r}. Run `mutgo index --embedder "
            f"{embedder.name}` to change over, or go on with --embedder {build.embedder}."
        )
    if build.fingerprint != embedder.fingerprint:
        raise WrongModelError(
            f"The index in {str(build.folder.parent.parent)!r} was made with another version of the "
            f"embedding model {build.embedder!r} ({build.fingerprint!r}; now {embedder.fingerprint!r}). "
            "Run `mutgo index` to bring it up to date."
        )


def check_schema(build: Build, schema: int) -> None:
    """Raises NewerIndexError if a newer mutgo made the build."""
    if build.schema > schema:
        raise NewerIndexError(
            f"A newer mutgo made the index in {str(build.folder)!r} (schema {build.schema}, this one "
            f"reads {schema}). Update mutgo, or name another folder with --data."
        )


def _named(data: Path, key: str) -> Build | None:
    try:
        content: Any = json.loads((data / _CURRENT).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BuildError(_damaged(data, str(error))) from error
    name: object = cast(dict[str, object], content).get(key) if isinstance(content, dict) else 0
    if name is None:
        return None
    if not isinstance(name, str) or not re.fullmatch(r"\d{4,}", name):
        raise BuildError(_damaged(data, f"{key} is {name!r}"))
    return _read_build(data / _FOLDER / name)


def _names(data: Path) -> list[str]:
    """Returns the names that `current.json` holds, whatever state it is in."""
    try:
        return re.findall(r"\d{4,}", (data / _CURRENT).read_text("utf-8"))
    except (OSError, ValueError):
        return []


def _damaged(data: Path, what: str) -> str:
    return (
        f"{str(data / _CURRENT)!r}, which names the current index, can't be read ({what}). Run "
        "`mutgo index`: it is made again."
    )


def _read_build(folder: Path) -> Build | None:
    """Returns the build in a folder; None where it was never begun, or is being removed."""
    try:
        content: Any = json.loads((folder / _BUILD).read_text("utf-8"))
        return Build(folder, str(content["embedder"]), str(content["fingerprint"]), int(content["schema"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _replace(file: Path, content: dict[str, Any]) -> None:
    """Writes a file as a whole: after a kill or a power cut it holds the old or the new content."""
    fresh = file.with_name(file.name + ".new")
    try:
        with fresh.open("w", encoding="utf-8") as stream:
            json.dump(content, stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(fresh, file)
        _sync_folder(file.parent)
    except OSError as error:
        raise _unwritable(file, error) from error


def _unwritable(path: Path, error: OSError) -> BuildError:
    return BuildError(
        f"{str(path)!r} can't be written ({error.strerror}). Free disk space or allow writing there; "
        "the index is as it was."
    )


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows opens no folders; its renames are journalled
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
