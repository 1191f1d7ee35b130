"""The run: people come, processes die, and at the end everything is counted."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.faults.agent import CAPACITY, Agent
from tools.faults.caller import Caller
from tools.faults.customer import Customer
from tools.faults.scale import Scale
from tools.faults.system import Fault, System
from tools.faults.verdict import Verdict

Say = Callable[[str], None]
PROGRESS_EVERY_S = 10.0


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    verdict: Verdict
    faults: list[Fault]
    finished_customers: int
    visits: int
    texts: int  # customers' and agents' acknowledged ones
    mishaps: Counter[str]  # deliveries made to go wrong, by kind
    seconds: float
    texts_by_third: tuple[int, int, int]  # customers' texts in each third of the time from the first kill to the last


async def run(scale: Scale, seed: int, data_dir: Path, say: Say) -> Outcome:
    """Plays a whole run in ``data_dir`` and returns its outcome; the same seed makes the same people and kills."""
    system = System(data_dir)
    try:
        say("starting the product with two handoff processes …")
        await system.start()
        return await _play(system, scale, seed, say)
    finally:
        await system.stop()


async def _play(system: System, scale: Scale, seed: int, say: Say) -> Outcome:
    started = time.monotonic()
    agents = [Agent(number, system.urls, scale, seed) for number in range(1, scale.agents + 1)]
    customers = [Customer(number, system.urls, scale, seed) for number in range(1, scale.customers + 1)]
    await _hire(system, agents)
    working = [asyncio.create_task(agent.work()) for agent in agents]
    calm = asyncio.Event()
    living = [asyncio.create_task(customer.live(calm)) for customer in customers]
    killing = asyncio.create_task(_kill(system, scale, seed, say))
    watching = asyncio.create_task(_watch(customers, living, say))
    # People come until the last process is back, so that every kill meets traffic.
    await killing
    calm.set()
    done, late = await asyncio.wait(living, timeout=scale.end_within_s)
    watching.cancel()
    for task in (*working, *late):
        task.cancel()
    await asyncio.gather(*working, *late, watching, return_exceptions=True)
    for task in done:
        task.result()
    verdict = await _judge(customers, agents)
    await asyncio.gather(*(customer.close() for customer in customers), *(agent.close() for agent in agents))
    visits = sum(customer.visits for customer in customers)
    thirds = _by_third([at for customer in customers for at in customer.said_at], system.faults)
    texts = sum(len(customer.said) for customer in customers)
    texts += sum(len(said) for agent in agents for said in agent.said.values())
    mishaps = sum([person.mishaps for person in customers] + [person.mishaps for person in agents], Counter[str]())
    return Outcome(verdict, system.faults, len(done), visits, texts, mishaps, time.monotonic() - started, thirds)


def _by_third(said_at: list[float], faults: list[Fault]) -> tuple[int, int, int]:
    first, last = faults[0].at_s, faults[-1].at_s + faults[-1].recovery_s
    edges = [first + (last - first) * third / 3 for third in range(4)]
    counts = [sum(low <= at < high for at in said_at) for low, high in itertools.pairwise(edges)]
    return counts[0], counts[1], counts[2]


async def _hire(system: System, agents: list[Agent]) -> None:
    """Makes the agents' accounts and logs them in."""
    administrator = Caller(system.urls, random.Random(0))
    await administrator.log_in("admin", system.admin_password())
    await administrator.call("PUT", "/api/v1/agent/presence", {"presence": "offline"})
    for agent in agents:
        account: dict[str, Any] = {**agent.credentials, "name": f"坐席{agent.number}", "role": "agent"}
        await administrator.call("POST", "/api/v1/agents", {**account, "skill_groups": [], "capacity": CAPACITY})
        await agent.log_in()
    await administrator.close()


async def _kill(system: System, scale: Scale, seed: int, say: Say) -> None:
    chance = random.Random(f"{seed}:kills")
    names = [name for name, times in scale.kills.items() for _ in range(times)]
    chance.shuffle(names)
    for name in names:
        await asyncio.sleep(chance.uniform(0.5, 1.5) * scale.kill_every_s)
        await system.kill(name)
        say(f"killed {name}; serving again after {system.faults[-1].recovery_s:.1f} s")


async def _watch(customers: list[Customer], living: list[asyncio.Task[None]], say: Say) -> None:
    while True:
        await asyncio.sleep(PROGRESS_EVERY_S)
        said = sum(len(customer.said) for customer in customers)
        visits = sum(customer.visits for customer in customers)
        gone = sum(task.done() for task in living)
        say(f"{said} customer texts in {visits} visits so far, {gone} of {len(living)} customers gone")


async def _judge(customers: list[Customer], agents: list[Agent]) -> Verdict:
    verdict = Verdict()
    states = {}
    for customer in customers:
        who = f"customer {customer.number}"
        state, messages = await customer.transcript()
        states[customer.conversation_id] = state
        verdict.compare(who, customer.said, [m["text"] for m in messages if m["sender"] == "customer"])
        # Agents serve one after another, and each says one thing after another.
        replies = [
            text for _, text in sorted(said for agent in agents for said in agent.said[customer.conversation_id])
        ]
        spoken = [m["text"] for m in messages if m["sender"] == "agent"]
        verdict.compare(f"the agent of {who}", replies, spoken)
        verdict.check_silence(who, messages)
        verdict.check_requests(who, state, messages)
        await customer.catch_up(messages[-1]["seq"] if messages else 0)
        received = [
            customer.seen[seq]["text"] for seq in sorted(customer.seen) if customer.seen[seq]["sender"] == "agent"
        ]
        verdict.compare(f"received by {who}", spoken, received)
        verdict.note("stream_faults", len(customer.stream_faults), str(customer.stream_faults))
    served = [row["id"] for agent in agents for row in await agent.mine()]
    waiting = [request["conversation_id"] for request in await agents[0].queue()]
    verdict.check_places(states, served, waiting)
    verdict.check_claims([request for agent in agents for request in agent.claimed])
    return verdict
