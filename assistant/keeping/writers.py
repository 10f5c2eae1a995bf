"""Who is writing: a name for this process, and whether the process of a name still lives.

A lock on a file, which the operating system lets go of when its holder dies, however it dies. A process
id alone would not do: another process may get the same one, and in a container always does.
"""

import contextlib
import secrets
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout

_BEFORE, _AFTER = "writer-", ".lock"


class Writers:
    """The processes that write into a folder's conversations."""

    def __init__(self, folder: Path) -> None:
        """Takes the folder the locks lie in; this process has a name only once it needs one."""
        self._folder = folder
        self._guard = Lock()
        self._own = ""
        self._held: FileLock | None = None

    def me(self) -> str:
        """Returns this process's name, by which others see that it lives.

        Raises:
            OSError: The lock can't be made.
        """
        with self._guard:
            while not self._own:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                for left in self._folder.glob(f"{_BEFORE}*{_AFTER}"):
                    self.live_elsewhere(left.name[len(_BEFORE) : -len(_AFTER)])
                name = secrets.token_hex(8)
                held = FileLock(self._file(name))
                held.acquire(timeout=0)
                if self._file(name).exists():  # nobody took it for a dead one's in the meantime
                    self._own, self._held = name, held
            return self._own

    def live_elsewhere(self, name: str) -> bool:
        """Says whether the process of a name still lives and is another than this one."""
        if name == self._own or not name.isalnum() or not self._file(name).exists():
            return False
        lock = FileLock(self._file(name))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        self._file(name).unlink(missing_ok=True)
        lock.release()
        return False

    def close(self) -> None:
        """Gives the name up."""
        with self._guard:
            if self._held is not None:
                self._held.release()
                with contextlib.suppress(OSError):
                    self._file(self._own).unlink(missing_ok=True)
            self._own, self._held = "", None

    def _file(self, name: str) -> Path:
        return self._folder / f"{_BEFORE}{name}{_AFTER}"
