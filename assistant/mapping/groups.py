"""Which colour a note has on the map: by the folder it lies in, and by a tag."""

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath


def folder_groups(paths: Sequence[str]) -> list[str]:
    """Returns the folder of each note at the first level at which the notes lie in different ones.

    >>> folder_groups(["내 노트/aws/S3.md", "내 노트/aws/db/RDS.md", "내 노트/요리/김치.md"])
    ['aws', 'aws', '요리']
    >>> folder_groups(["S3.md", "요리/김치.md"])
    ['', '요리']
    """
    folders = [PurePosixPath(path).parent.parts for path in paths]
    shared = 0
    while folders and all(len(parts) > shared and parts[shared] == folders[0][shared] for parts in folders):
        shared += 1
    return ["".join(parts[shared : shared + 1]) for parts in folders]


def tag_groups(tags: Sequence[Sequence[str]]) -> list[str]:
    """Returns the tag of each note that tells most of what it is about: the most nested one that it shares.

    A tag that more than half of the notes have tells none of them apart, and one that a single note has
    gathers none; the latter is taken only where there is no other.

    >>> tag_groups([["aws", "aws/storage"], ["aws", "aws/storage", "s3"], ["aws"], ["요리"]])
    ['aws/storage', 'aws/storage', '', '요리']
    """
    counts = Counter(tag for own in tags for tag in dict.fromkeys(own))
    telling = {tag: count for tag, count in counts.items() if 2 * count <= max(2, len(tags))}

    def order(tag: str) -> tuple[bool, int, int, str]:
        return telling[tag] < 2, -tag.count("/"), -telling[tag], tag

    return [min((tag for tag in own if tag in telling), key=order, default="") for own in tags]
