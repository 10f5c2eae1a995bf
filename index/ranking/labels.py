"""What each row's note is filed under, folder or tags, so that a filter looks at each label once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from index.ranking.segment import Mask, Rows

_Label = TypeVar("_Label")


@dataclass(frozen=True, slots=True)
class Labels(Generic[_Label]):
    """The labels of rows: many notes share a folder, or their tags.

    Attributes:
        labels: Each that occurs, once; the last is of rows whose note is gone.
        numbers: The place in `labels` of each row's, (rows,).
    """

    labels: tuple[_Label | None, ...]
    numbers: Rows

    @classmethod
    def of(cls, labels: Mapping[int, _Label], notes: npt.NDArray[np.int64]) -> "Labels[_Label]":
        """Files rows under the labels of their notes' ids."""
        places = {label: place for place, label in enumerate(dict.fromkeys(labels.values()))}
        own, rows = np.unique(notes, return_inverse=True)
        gone = len(places)
        of_note = [places[labels[i]] if i in labels else gone for i in own.tolist()]
        return cls((*places, None), np.array(of_note, np.int32)[rows])

    def inside(self, holds: Callable[[_Label], bool]) -> Mask:
        """Returns which rows have a label that holds, (rows,)."""
        held = [label is not None and holds(label) for label in self.labels]
        return np.array(held, np.bool_)[self.numbers]
