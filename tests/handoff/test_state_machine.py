"""The conversation's life, driven at random against a plain-Python model."""

import asyncio
import itertools
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from handoff import intake, rules, states
from handoff.errors import IllegalMove
from handoff.models import Agent, Conversation, Draft, HandoffRequest, Mentioned
from handoff.services import Services
from handoff.settings import Settings
from handoff.states import MOVES, Move
from handoff.stores.conversations import Accepted, Refused
from handoff.stores.queue import Enqueued, Limit, NotEnqueued, QueueFull
from handoff.stores.turns import Entry
from handoff.vocabulary import Channel, ConversationState, NoteKind, Priority, RequestState, Role, Sender
from tests.handoff.makers import customer_message, system_message

CONVERSATIONS = ("c0", "c1", "c2")
AGENTS = {"a0": 1, "a1": 2}  # capacities
GROUPS = ("bills", "network")
PLACES, RESERVE = 1, 1  # of a group's queue; the reserve is for what is urgent


@dataclass
class Model:
    """What the store should hold of one conversation."""

    state: str = "bot"
    texts: list[str] = field(default_factory=list)
    episode: int = 1
    episode_started_seq: int = 0
    agent: str | None = None
    request: str | None = None
    group: str = ""  # whose queue the request is in, or was
    refused: set[int] = field(default_factory=set)  # turns that found the queue full
    waiting: list[int] = field(default_factory=list)  # seqs of turns for the assistant
    notes: list[int] = field(default_factory=list)  # after_seq of each internal note
    owes: bool = False  # the agent spoke last, and is answered by silence
    reminded: bool = False
    keys: dict[str, int] = field(default_factory=dict)

    def say(self, text: str) -> int:
        self.texts.append(text)
        return len(self.texts)

    def new_episode(self) -> None:
        self.episode += 1
        self.episode_started_seq = len(self.texts)
        self.answered()

    def answered(self) -> None:
        self.owes = self.reminded = False


class Machine(RuleBasedStateMachine):
    """Rules are what customers, agents, the assistant and a second delivery of anything may do."""

    services: Services
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    @initialize()
    def empty(self) -> None:
        self.run(self.services.redis.flushall())
        self.run(self.services.turns.prepare())
        self.model = {name: Model() for name in CONVERSATIONS}
        self.queue: list[tuple[int, float, str]] = []  # (head start, arrival, conversation)
        self.first_place: dict[str, tuple[int, float, str]] = {}
        self.entries: dict[str, Entry] = {}
        self.numbers = itertools.count(1)
        for name in CONVERSATIONS:
            conversation = Conversation(id=name, state=ConversationState.BOT, channel=Channel.WEB)
            self.run(self.services.conversations.create(conversation, f"v-{name}"))

    @rule(name=st.sampled_from(CONVERSATIONS), key=st.integers(0, 5), text=st.sampled_from(["你好", "查话费", "🙂 x"]))
    def customer_writes(self, name: str, key: int, text: str) -> None:
        """The same key again is the same message, whatever its text."""
        model = self.model[name]
        plan = {state: route.value for state, route in intake.plan(text, None).items()}
        accepted = self.run(
            self.services.conversations.accept(
                name, customer_message(text), message_key=f"customer:{key}", plan=plan, payload=None
            )
        )
        if f"customer:{key}" in model.keys:
            assert accepted == Accepted(model.keys[f"customer:{key}"], duplicate=True)
            return
        if model.state == "closed":
            model.state = "bot"
            model.new_episode()
        seq = model.keys[f"customer:{key}"] = model.say(text)
        assert accepted == Accepted(seq, duplicate=False)
        model.answered()
        if model.state == "bot":
            model.waiting.append(seq)

    @rule(
        name=st.sampled_from(CONVERSATIONS),
        group=st.sampled_from(GROUPS),
        priority=st.sampled_from(Priority),
        behind=st.integers(0, 3),
    )
    def assistant_hands_over(self, name: str, group: str, priority: Priority, behind: int) -> None:
        """`behind`: the request may belong to an old turn."""
        model = self.model[name]
        turn_seq = max(0, len(model.texts) - behind)
        request = HandoffRequest.model_validate(
            {
                "id": f"r{next(self.numbers)}",
                "conversation_id": name,
                "state": RequestState.QUEUED,
                "turn_seq": turn_seq,
                "reason": "complaint",
                "skill_group": group,
                "priority": priority,
                "requested_at_ms": 0,
            }
        )
        head_start = rules.head_start_us(priority)
        limit = Limit(PLACES, RESERVE, priority == Priority.URGENT, system_message("满了"))
        result = self.run(
            self.services.queue.enqueue(
                request, head_start, system_message("排队"), None, return_within_s=-1, limit=limit
            )
        )
        places = PLACES + RESERVE * (priority == Priority.URGENT)
        waiting = sum(self.model[row[2]].group == group for row in self.queue)
        if model.state in ("queued", "active"):
            assert result == Enqueued(model.request, created=False)
        elif turn_seq <= model.episode_started_seq:
            assert result == NotEnqueued("stale")
        elif model.state == "closed":
            assert result == NotEnqueued("illegal")
        elif turn_seq in model.refused or waiting >= places:
            assert result == QueueFull(waiting, is_repeated=turn_seq in model.refused)
            if turn_seq not in model.refused:
                model.refused.add(turn_seq)
                model.say("满了")
        else:
            assert result == Enqueued(request.id, created=True)
            model.state, model.request, model.group = "queued", request.id, group
            model.say("排队")
            # Priorities are worth minutes, a test run lasts seconds: within it they are classes.
            self.first_place[name] = (-head_start, next(self.numbers), name)
            self.queue.append(self.first_place[name])
            self.queue.sort()

    @rule(name=st.sampled_from(CONVERSATIONS))
    def customer_leaves_queue(self, name: str) -> None:
        model = self.model[name]
        refused_in = self.run(self.services.queue.leave(name, system_message("离开"))).get("illegal")
        if model.state != "queued":
            assert refused_in == model.state
            return
        assert refused_in is None
        self.queue = [row for row in self.queue if row[2] != name]
        model.state, model.request = "bot", None
        model.say("离开")
        model.new_episode()

    @rule(name=st.sampled_from(CONVERSATIONS))
    def customer_is_gone(self, name: str) -> None:
        """The channel says so: closed only when no person is concerned."""
        model = self.model[name]
        assert self.run(self.services.conversations.close(name)) == (model.state == "bot")
        if model.state == "bot":
            model.state = "closed"

    @rule(name=st.sampled_from(CONVERSATIONS), agent=st.sampled_from(sorted(AGENTS)))
    @precondition(lambda self: any(model.request for model in self.model.values()))
    def agent_claims(self, name: str, agent: str) -> None:
        model = self.model[name]
        if model.request is None:
            return
        claim = self.run(self.services.queue.claim(model.request, agent, agent, AGENTS[agent], system_message("接入")))
        if model.state == "active":
            assert (claim.won, claim.claimed_by) == (model.agent == agent, model.agent)
        elif self.load(agent) >= AGENTS[agent]:
            assert (claim.won, claim.full) == (False, True)
        else:
            assert claim.won
            model.state, model.agent = "active", agent
            model.say("接入")
            self.queue = [row for row in self.queue if row[2] != name]

    @rule(name=st.sampled_from(CONVERSATIONS), agent=st.sampled_from(sorted(AGENTS)), key=st.integers(0, 3))
    def agent_replies(self, name: str, agent: str, key: int) -> None:
        model = self.model[name]
        draft = Draft(id="m", sender=Sender.AGENT, text="回复")
        result = self.run(
            self.services.conversations.append(
                name,
                draft,
                message_key=f"{agent}:{key}",
                state=ConversationState.ACTIVE,
                agent_id=agent,
                remind_after_s=3600,
            )
        )
        if f"{agent}:{key}" in model.keys:
            assert result == Accepted(model.keys[f"{agent}:{key}"], duplicate=True)
        elif model.state != "active" or model.agent != agent:
            assert isinstance(result, Refused)
        else:
            seq = model.keys[f"{agent}:{key}"] = model.say("回复")
            assert result == Accepted(seq, duplicate=False)
            model.owes, model.reminded = True, False

    @rule(name=st.sampled_from(CONVERSATIONS), agent=st.sampled_from(sorted(AGENTS)), supervisor=st.booleans())
    def agent_closes(self, name: str, agent: str, supervisor: bool) -> None:
        model = self.model[name]
        result = self.run(
            self.services.served.finish(
                name,
                agent,
                may_all=supervisor,
                disposition="answered",
                summary=None,
                resolved=True,
                message=system_message("结束"),
            )
        )
        if model.state != "active":
            assert result == {"illegal": model.state}
        elif model.agent != agent and not supervisor:
            assert result == {"not_yours": True}
        else:
            assert result["finished"]
            model.state, model.agent, model.request = "bot", None, None
            model.say("结束")
            model.new_episode()

    @rule(
        name=st.sampled_from(CONVERSATIONS),
        agent=st.sampled_from(sorted(AGENTS)),
        group=st.sampled_from((None, *GROUPS)),
        to_head=st.booleans(),
    )
    def agent_gives_back(self, name: str, agent: str, group: str | None, to_head: bool) -> None:
        """Lost, or a transfer to a group: to the head of all queues, or to the place of the first arrival."""
        model = self.model[name]
        result = self.run(
            self.services.served.requeue(
                name,
                agent,
                skill_group=group,
                to_head=to_head,
                message=system_message("回队"),
                why="agent_lost",
                transfer=("排队", "连接中断"),
            )
        )
        if model.state == "active" and model.agent != agent:
            assert result == {"not_yours": True}
        elif model.state != "active":
            assert result == {"illegal": model.state}
        else:
            assert result == {"requeued": True}
            model.state, model.agent = "queued", None
            model.say("回队")
            model.answered()
            model.group = group or model.group
            row = self.first_place[name]
            if self.queue and to_head:
                row = min(row, (self.queue[0][0], self.queue[0][1] - 0.001, name))
            self.queue.append(row)
            self.queue.sort()

    @rule(
        name=st.sampled_from(CONVERSATIONS), agent=st.sampled_from(sorted(AGENTS)), to=st.sampled_from(sorted(AGENTS))
    )
    def agent_transfers(self, name: str, agent: str, to: str) -> None:
        model = self.model[name]
        target = Agent(id=to, username=to, name=to, role=Role.AGENT, capacity=AGENTS[to])
        result = self.run(
            self.services.served.reassign(name, agent, target, message=system_message("转接"), why="test")
        )
        if model.state == "active" and model.agent != agent:
            assert result == {"not_yours": True}
        elif model.state != "active":
            assert result == {"illegal": model.state}
        elif agent == to:
            assert result == {"reassigned": True}
        elif self.load(to) >= AGENTS[to]:
            assert result == {"full": True}
        else:
            assert result == {"reassigned": True}
            model.agent = to
            model.say("转接")
            model.answered()

    @rule(name=st.sampled_from(CONVERSATIONS))
    def customer_stays_silent(self, name: str) -> None:
        """Time passes for one conversation; the keeper looks at it, and twice at the same moment."""
        model = self.model[name]
        key = self.services.service_ends._keys("silent_due")
        self.run(self.services.redis.zadd(key, {name: 1}, xx=True))
        ends = self.services.service_ends
        assert self.run(ends.silent(10)) == ([name] if model.owes else [])
        before = self.run(ends.remind(name, system_message("还在吗"), 3600))
        assert before == (model.owes and model.reminded)
        if model.owes and not model.reminded:
            model.say("还在吗")
            model.reminded = True
            assert not self.run(ends.remind(name, system_message("还在吗"), 3600))  # not due again yet
            return
        result = self.run(
            self.services.served.finish(
                name,
                "",
                may_all=True,
                disposition="customer_left",
                summary=None,
                resolved=False,
                message=system_message("再见"),
                only_if_silent=True,
            )
        )
        if not model.owes:
            assert result == {"not_silent": True}
            return
        assert result["finished"]
        model.state, model.agent, model.request = "bot", None, None
        model.say("再见")
        model.new_episode()

    @rule(name=st.sampled_from(CONVERSATIONS), again=st.booleans())
    def agent_notes(self, name: str, again: bool) -> None:
        """A note has a number of its own and takes none of the messages'."""
        model = self.model[name]
        author = Mentioned(id="a0", name="a0")
        for turn in range(1 + again):
            stored = self.run(
                self.services.notes.add(
                    name,
                    author=author,
                    text="备注",
                    mentions=[],
                    kind=NoteKind.NOTE,
                    note_key=f"note:a0:{len(model.notes) - turn}",
                )
            )
            if not turn:
                model.notes.append(len(model.texts))
            assert stored == (len(model.notes), bool(turn))

    @rule()
    def worker_takes(self) -> None:
        """A worker takes what is new, and dies before it does anything."""
        for entry in self.run(self.services.turns.take("w1", 10, 1)):
            assert entry.conversation_id not in self.entries, "two entries of one conversation"
            self.entries[entry.conversation_id] = entry

    @rule(name=st.sampled_from(CONVERSATIONS), again=st.booleans())
    def worker_finishes(self, name: str, again: bool) -> None:
        """Any worker that has seen the entry ends its first turn; a second one that tries the same changes nothing."""
        entry = self.entries.get(name)
        if entry is None:
            return
        model = self.model[name]
        conversation = self.run(self.services.conversations.get(name))
        waiting = self.run(self.services.turns.waiting(name))
        may_answer = intake.assistant_may_answer(conversation, waiting[0])
        answers = [Draft(id="m", sender=Sender.BOT, text="答")] if may_answer else []

        async def finish() -> Any:
            return await self.services.turns.finish(
                entry, waiting[:1], episode=conversation.episode, messages=answers, understanding={}
            )

        assert not self.run(finish()).stale
        seq = model.waiting.pop(0)
        assert waiting[0].seq == seq
        if model.state == "bot" and seq > model.episode_started_seq:
            model.say("答")
        del self.entries[name]
        if again:
            assert self.run(finish()).stale

    def load(self, agent: str) -> int:
        return sum(model.agent == agent for model in self.model.values())

    @invariant()
    def store_holds_what_the_model_holds(self) -> None:
        if not hasattr(self, "model"):
            return
        for name, model in self.model.items():
            conversation = self.run(self.services.conversations.get(name))
            held = (
                conversation.state,
                conversation.agent_id,
                conversation.request_id,
                conversation.episode,
                conversation.episode_started_seq,
                conversation.last_seq,
            )
            expected = (
                model.state,
                model.agent,
                model.request,
                model.episode,
                model.episode_started_seq,
                len(model.texts),
            )
            assert held == expected
            messages = self.run(self.services.conversations.messages(name, 0, 1000))
            assert [message.seq for message in messages] == list(range(1, len(model.texts) + 1))
            assert [message.text for message in messages] == model.texts
            notes = self.run(self.services.notes.of(name))
            assert [(note.number, note.after_seq) for note in notes] == list(enumerate(model.notes, 1))
            assert [turn.seq for turn in self.run(self.services.turns.waiting(name))] == model.waiting
            # Waiting turns always have an entry that somebody can find.
            assert (conversation.turn_entry is not None) == bool(model.waiting)
        waiting = [request.conversation_id for request in self.run(self.services.queue.waiting())]
        assert waiting == [row[2] for row in self.queue]
        places = self.run(self.services.positions.places())
        in_groups = {group: [row[2] for row in self.queue if self.model[row[2]].group == group] for group in GROUPS}
        for group, names in in_groups.items():
            ids = [request_id for request_id, _ in places.get(group, [])]
            assert ids == [self.model[name].request for name in names]
        for agent, capacity in AGENTS.items():
            mine = self.run(self.services.agents.conversation_ids(agent))
            assert mine == sorted(name for name, model in self.model.items() if model.agent == agent)
            assert len(mine) <= capacity


@pytest.mark.timeout(300)
def test_state_machine(settings: Settings):
    loop = asyncio.new_event_loop()
    services = Services.build(settings)
    Machine.services, Machine.loop = services, loop
    try:
        run_state_machine_as_test(
            Machine,
            settings=hypothesis_settings(
                max_examples=25,
                stateful_step_count=40,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                derandomize=True,
            ),
        )
    finally:
        loop.run_until_complete(services.close())
        loop.close()


@pytest.mark.parametrize("move", list(Move))
@pytest.mark.parametrize("state", list(ConversationState))
def test_table_and_function_agree(state, move):
    if state in MOVES[move].sources:
        assert states.after(state, move) == MOVES[move].target
        assert states.is_legal(state, move)
    else:
        assert not states.is_legal(state, move)
        with pytest.raises(IllegalMove) as caught:
            states.after(state, move)
        assert caught.value.extra == {"move": move, "state": state}


def test_every_state_can_be_left_and_reached():
    assert {row.target for row in MOVES.values()} == set(ConversationState)
    assert {source for row in MOVES.values() for source in row.sources} == set(ConversationState)
