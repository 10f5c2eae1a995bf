"""Where the system cannot report what changes: disks that other machines write to."""

from pathlib import Path

_REMOTE = (
    "9p", "afs", "ceph", "cifs", "drvfs", "fuse.", "glusterfs", "lustre", "ncp", "nfs", "prl_fs", "smb",
    "vboxsf", "virtiofs",
)  # fmt: skip
"""File systems that others write to without this machine's kernel noticing; `fuse.` is any of FUSE."""

_MOUNTS = Path("/proc/self/mountinfo")


def polling_reason(folder: Path) -> str:
    """Says why changes to a folder must be polled for; nothing where the system reports them all.

    Only Linux says of what kind a mount is; elsewhere its own reports are relied on.
    """
    kind = _file_system(folder.resolve())
    return f"{kind} does not report what others write" if kind.startswith(_REMOTE) else ""


def _file_system(folder: Path) -> str:
    """Returns the kind of file system a folder lies on; nothing where the system does not tell."""
    try:
        lines = _MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        # 36 35 98:0 / /mnt/notes rw,noatime master:1 - nfs4 server:/notes rw
        mount, _, rest = line.partition(" - ")
        place = mount.split(" ")[4].encode().decode("unicode_escape")
        if len(place) >= best and folder.is_relative_to(place):
            best, kind = len(place), rest.split(" ")[0]
    return kind
