"""Every picture by name. Which pages there are, the console's own table says, so none is left without its picture."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.run.settings import ROOT

TABLE = ROOT / "web" / "console" / "pages" / "table.ts"
ROW = re.compile(r"\{ name: '(?P<name>\w+)', path: '(?P<path>[^']+)'.*component: ")
# The ending of a picture's name that was taken on a phone.
ON_PHONE = "-phone"

# States of the chat window, in the order in which a customer comes through them; each on a desktop and on a phone.
WIDGET_STATES = ("greeting", "article", "queue", "agent", "picture", "rating", "ticket-form", "tickets")
# What the console shows before its first page and between two pages; each on both as well.
CONSOLE_STATES = ("login", "queue", "close", "ratings")
# Told of in one place only.
SINGLES = (
    "widget-site",
    "console-note",
    "console-transfer",
    "console-canned-edit",
    "wechat-customer",
    "wechat-console",
)


@dataclass(frozen=True)
class ConsolePage:
    """A page of the console: its name in the table of pages, and its path."""

    name: str
    path: str

    @property
    def picture(self) -> str:
        """The name of its picture on a desktop."""
        return "console-" + re.sub(r"(?=[A-Z])", "-", self.name).lower()


def console_pages() -> list[ConsolePage]:
    """The rows of the console's table of pages.

    Raises:
        ValueError: the table is written in another way than this module reads.
    """
    table = TABLE.read_text(encoding="utf-8").split("export const PAGES", 1)[-1].split("\n]", 1)[0]
    pages = [ConsolePage(row["name"], row["path"]) for row in ROW.finditer(table)]
    if not pages or len(pages) != table.count("component: "):
        raise ValueError(f"{TABLE.name}: {len(pages)} rows can be read of {table.count('component: ')}")
    return pages


def pictures() -> set[str]:
    """The names of all pictures, which are those of the files in docs/images."""
    return set(_on_both()) | set(SINGLES)


def _on_both() -> Iterator[str]:
    names = [page.picture for page in console_pages()]
    names += [f"console-{state}" for state in CONSOLE_STATES]
    names += [f"widget-{state}" for state in WIDGET_STATES]
    for name in names:
        yield name
        yield name + ON_PHONE
