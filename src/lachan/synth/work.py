"""Occupations and the priority groups of Decision 3355/QĐ-BYT (8 July 2021) they belong to."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

# occupation, priority group (16: others), share of those from 18 to 59; rounded from the labour force survey of 2020
ADULT: Final = (
    ("Nông dân", 16, 0.250),
    ("Công nhân", 13, 0.185),
    ("Lao động tự do", 15, 0.170),
    ("Buôn bán", 13, 0.110),
    ("Nhân viên văn phòng", 16, 0.080),
    ("Nội trợ", 16, 0.050),
    ("Sinh viên", 8, 0.045),
    ("Lái xe", 7, 0.030),
    ("Giáo viên", 8, 0.025),
    ("Công chức", 8, 0.020),
    ("Nhân viên y tế", 1, 0.012),
    ("Bộ đội", 3, 0.008),
    ("Công an", 4, 0.006),
    ("Cán bộ phòng, chống dịch", 2, 0.005),
    ("Hải quan", 6, 0.001),
    ("Chức sắc tôn giáo", 14, 0.003),
)
CHILD, PUPIL, OLD = "Trẻ em", "Học sinh", "Hưu trí"
NAMES: Final = (*(name for name, _, _ in ADULT), CHILD, PUPIL, OLD)
GROUPS: Final = (*(group for _, group, _ in ADULT), 0, 8, 9)  # 0: none


def draw(rng: np.random.Generator, age: NDArray[np.float64]) -> NDArray[np.int64]:
    """A position in :data:`NAMES` (and :data:`GROUPS`) per person."""
    shares = np.cumsum([share for _, _, share in ADULT])
    adult = np.searchsorted(shares[:-1] / shares[-1], rng.random(len(age)), "right")
    working_old = (age >= 60) & (age < 66) & (rng.random(len(age)) < 0.5)
    code = np.where((age >= 60) & ~working_old, NAMES.index(OLD), adult)
    return np.where(age < 6, NAMES.index(CHILD), np.where(age < 18, NAMES.index(PUPIL), code))
