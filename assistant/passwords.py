"""Who may open a shared page: names and passwords in a file, and how they are compared.

    민지:scrypt$16384$8$5$SALT$HASH      made by `mutgo password 민지`
    guest:plain words                    works too, for those who trust the file

A password is never an option of a command: others on the machine could read it there.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import SettingsError

_COST, _BLOCK, _PARALLEL = 2**14, 8, 5
"""16 MB and some tenths of a second a try: what OWASP's list of safe scrypt parameters asks for."""

_SALT_BYTES, _HASH_BYTES, _FEWEST_BYTES = 16, 32, 8
_HASHED = re.compile(r"scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)")
_MOST_MEMORY = 256 * 2**20

LONGEST = 1024
"""Characters of a name or a password; more is a mistake or an attack."""


def hashed(password: str) -> str:
    """Returns what a file keeps of a password: enough to know it again, not to learn it."""
    salt = os.urandom(_SALT_BYTES)
    digest = _digest(password, salt, _COST, _BLOCK, _PARALLEL)
    parts = (base64.b64encode(part).decode() for part in (salt, digest))
    return f"scrypt${_COST}${_BLOCK}${_PARALLEL}${'$'.join(parts)}"


@dataclass(frozen=True, slots=True)
class _Hashed:
    """A hash with what it was made with."""

    cost: int
    block: int
    parallel: int
    salt: bytes
    digest: bytes

    def holds(self, password: str) -> bool:
        """Says whether it was made of this password."""
        digest = _digest(password, self.salt, self.cost, self.block, self.parallel, len(self.digest))
        return hmac.compare_digest(digest, self.digest)


_NOBODY = _Hashed(_COST, _BLOCK, _PARALLEL, bytes(_SALT_BYTES), bytes(_HASH_BYTES))
"""Compared where there is no such name, so that the time tells nobody which names there are."""


class Accounts:
    """The names and passwords of a file. Safe to share between threads."""

    def __init__(self, kept: Mapping[str, str]) -> None:
        """Takes what is kept of each password, by name.

        Raises:
            ValueError: A hash can't be read.
        """
        self._kept = {_same(name): _read(kept_as) for name, kept_as in kept.items()}

    def knows(self, name: str, password: str) -> bool:
        """Says whether there is this name with this password; takes as long where there is no such name."""
        if len(name) > LONGEST or len(password) > LONGEST:
            return False
        kept = self._kept.get(_same(name))
        if isinstance(kept, str):
            return hmac.compare_digest(_same(password).encode(), kept.encode())
        right = (kept or _NOBODY).holds(password)
        return right and kept is not None


def read_accounts(file: Path) -> Accounts:
    """Reads a file of `name:password` lines; empty lines and those that begin with `#` say nothing.

    Raises:
        SettingsError: The file can't be read, a line is not of that form, or nobody is in it.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The file of passwords {str(file)!r} can't be read: {error}. Name one of name:password lines "
            "with --auth."
        ) from error
    kept = dict[str, str]()
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, secret = line.partition(":")
        name = _same(name.strip())
        if not name or not secret.strip() or name in kept:
            what = "is there twice" if name in kept else "is not of the form name:password"
            raise SettingsError(f"Line {number} of {str(file)!r} {what}. Mend or remove it.")
        kept[name] = secret.strip()
    if not kept:
        raise SettingsError(f"Nobody is in {str(file)!r}. Add a line with: mutgo password NAME >> FILE")
    try:
        return Accounts(kept)
    except ValueError as error:
        raise SettingsError(
            f"{error} in {str(file)!r}. Make the line anew with: mutgo password NAME"
        ) from None


def others_can_read(file: Path) -> bool:
    """Says whether the file lies open to other users of the machine."""
    return os.name == "posix" and bool(file.stat().st_mode & 0o077)


def _same(text: str) -> str:
    """One form for what looks the same: a keyboard may give Hangul in parts."""
    return unicodedata.normalize("NFC", text)


def _read(kept: str) -> "str | _Hashed":
    if not kept.startswith("scrypt$"):
        return _same(kept)
    found = _HASHED.fullmatch(kept)
    try:
        if found is None:
            raise ValueError
        cost, block, parallel = (int(found[n]) for n in (1, 2, 3))
        salt, digest = (base64.b64decode(found[n], validate=True) for n in (4, 5))
        if cost < 2 or cost & (cost - 1) or not 128 * cost * block < _MOST_MEMORY or not 1 <= parallel <= 16:
            raise ValueError
        if len(digest) < _FEWEST_BYTES or len(salt) < _FEWEST_BYTES:
            raise ValueError
    except (ValueError, binascii.Error):
        raise ValueError("A hash can't be read") from None
    return _Hashed(cost, block, parallel, salt, digest)


def _digest(
    password: str, salt: bytes, cost: int, block: int, parallel: int, length: int = _HASH_BYTES
) -> bytes:
    return hashlib.scrypt(
        _same(password).encode("utf-8", "replace"),
        salt=salt,
        n=cost,
        r=block,
        p=parallel,
        maxmem=_MOST_MEMORY,
        dklen=length,
    )
