"""Labelled files: tab-separated, UTF-8, a header line that names the columns."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

LABELS_FILE = Path("data/nlu_labels.yml")


class LabelledFileError(ValueError):
    """The file cannot be used; the message names file, line and what is wrong."""


@dataclass(frozen=True)
class Gold:
    """One labelled text. `also` is a second label that counts as right, or empty."""

    text: str
    label: str
    also: str = ""

    def accepts(self, label: str) -> bool:
        """Whether `label` is a right answer."""
        return label == self.label or bool(self.also and label == self.also)


def read_table(path: Path, required: Sequence[str]) -> list[dict[str, str]]:
    """Rows by column name; every row has all `required` columns.

    Raises:
        LabelledFileError: missing file or column, wrong encoding, no rows.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = [column for column in required if column not in (reader.fieldnames or ())]
            if missing:
                raise LabelledFileError(f"{path}: the first line must name the column(s) {', '.join(missing)}")
            rows = []
            for row in reader:
                if any(row[column] is None for column in required):
                    raise LabelledFileError(f"{path}, line {reader.line_num}: too few columns")
                rows.append({key: (value or "") for key, value in row.items() if isinstance(key, str)})
    except OSError as error:
        raise LabelledFileError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise LabelledFileError(f"{path}: is not UTF-8") from error
    if not rows:
        raise LabelledFileError(f"{path}: holds no rows")
    return rows


def read_gold(path: Path) -> list[Gold]:
    """Rows of a file with the columns text, label and (optional) also."""
    return [Gold(row["text"], row["label"], row.get("also", "")) for row in read_table(path, ("text", "label"))]


def read_examples(path: Path) -> list[Gold]:
    """Rows of a file with the columns text and intent."""
    return [Gold(row["text"], row["intent"]) for row in read_table(path, ("text", "intent"))]


class LabelMapping:
    """Label <- intent. An intent that the file does not name is its own label."""

    def __init__(self, labels: dict[str, str]) -> None:
        self._labels = labels

    @classmethod
    def load(cls, path: Path = LABELS_FILE) -> "LabelMapping":
        """Reads `labels: {intent: label}`.

        Raises:
            LabelledFileError: not such a file.
        """
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            labels = content["labels"]
            if not all(isinstance(key, str) and isinstance(value, str) for key, value in labels.items()):
                raise TypeError
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise LabelledFileError(f"{path}: must hold `labels:` with lines `intent: label`") from error
        return cls(labels)

    def label(self, intent: "str | None") -> str:
        """The label an intent counts as; no intent at all is the fallback."""
        name = intent or "nlu_fallback"
        return self._labels.get(name, name)
