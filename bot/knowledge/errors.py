"""What can be wrong with knowledge files.

Exception
└── KnowledgeError      one or more problems in the files; carries all of them
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to repair, for the person who edits the file."""

    file: str
    line: int
    """Counted from 1; 0 when the problem is the file itself."""
    chinese: str
    english: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.chinese} / {self.english}"


class KnowledgeError(Exception):
    """The knowledge files cannot be used; `problems` lists everything that was found, in reading order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
