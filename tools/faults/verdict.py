"""What is looked for at the end of a fault run."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from handoff.texts import CLAIMED, FINISHED, LEFT_QUEUE

_CLAIMED = re.compile(re.escape(CLAIMED).replace(re.escape("{name}"), ".+"))


@dataclass
class Verdict:
    """Counts of what must not happen, each with the evidence in ``notes``."""

    compared: int = 0  # texts looked for, in the transcript and, an agent's, on the customer's screen too
    lost: int = 0
    duplicated: int = 0
    reordered: int = 0
    bot_spoke_after_handoff: int = 0
    unserved: int = 0
    misplaced: int = 0
    claimed_twice: int = 0
    stream_faults: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.notes

    def note(self, kind: str, count: int, evidence: str) -> None:
        """Counts ``count`` findings of ``kind`` (a field's name)."""
        if count:
            setattr(self, kind, getattr(self, kind) + count)
            self.notes.append(f"{kind}: {evidence}")

    def compare(self, who: str, sent: Sequence[str], found: Sequence[str]) -> None:
        """Each text of ``sent`` must stand in ``found`` once and in order, and nothing else may."""
        self.compared += len(sent)
        missing, surplus = Counter(sent) - Counter(found), Counter(found) - Counter(sent)
        self.note("lost", missing.total(), f"{who}: {list(missing.elements())}")
        self.note("duplicated", surplus.total(), f"{who}: {list(surplus.elements())}")
        if not missing and not surplus:
            out_of_place = sum(a != b for a, b in zip(sent, found, strict=True))
            self.note("reordered", out_of_place, f"{who}: said {list(sent)}, found {list(found)}")

    def check_silence(self, who: str, messages: Sequence[dict[str, Any]]) -> None:
        """Between a handoff request and the end of the service the assistant says nothing."""
        with_a_person = False
        for message in messages:
            if message["sender"] == "bot" and with_a_person:
                self.note("bot_spoke_after_handoff", 1, f"{who}: message {message['seq']} {message['text']!r}")
            if message["sender"] == "system":
                if (message["outcome"] or {}).get("kind") == "handoff":
                    with_a_person = True
                if message["text"] in (FINISHED, LEFT_QUEUE):
                    with_a_person = False

    def check_requests(self, who: str, state: str, messages: Sequence[dict[str, Any]]) -> None:
        """Every handoff request was claimed, or waits still."""
        waits: dict[str, Any] | None = None
        for message in messages:
            if message["sender"] != "system":
                continue
            if (message["outcome"] or {}).get("kind") == "handoff":
                if waits is not None:
                    self.note("unserved", 1, f"{who}: the request of message {waits['seq']} was never claimed")
                waits = message
            elif _CLAIMED.fullmatch(message["text"]) or message["text"] == LEFT_QUEUE:
                waits = None
        if waits is not None and state != "queued":
            self.note("unserved", 1, f"{who}: the request of message {waits['seq']} is gone, and the state is {state}")

    def check_places(self, states: dict[str, str], served: Sequence[str], waiting: Sequence[str]) -> None:
        """Every conversation is where its state says: with one agent, in the queue once, or in neither."""
        in_hands, in_queue = Counter(served), Counter(waiting)
        for conversation_id, state in states.items():
            expected = (int(state == "active"), int(state == "queued"))
            found = (in_hands[conversation_id], in_queue[conversation_id])
            if found != expected:
                self.note(
                    "misplaced", 1, f"{conversation_id}: {state}, with {found[0]} agents, queued {found[1]} times"
                )

    def check_claims(self, claimed: Sequence[str]) -> None:
        """No request was granted twice."""
        twice = [request for request, count in Counter(claimed).items() if count > 1]
        self.note("claimed_twice", len(twice), str(twice))
