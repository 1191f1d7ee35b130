"""How much a fault run does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Size of a run.

    Attributes:
        customers, agents: how many people.
        questions: what each customer asks the assistant before asking for a person.
        exchanges: how often customer and agent speak in turn.
        kills: how often each process is killed, by name.
        kill_every_s: mean time between two kills.
        cut_rate: chance that a customer's socket is cut after a message.
        repeat_rate: chance that a message is delivered again although it was acknowledged.
        drop_rate: chance that an acknowledgement is lost on its way, so that the sender tries again.
        think_s: longest pause of a customer between two messages.
        end_within_s: the run must have come to rest in this time.
    """

    customers: int
    agents: int
    questions: int
    exchanges: int
    kills: dict[str, int]
    kill_every_s: float
    cut_rate: float = 0.15
    repeat_rate: float = 0.2
    drop_rate: float = 0.1
    think_s: float = 2.0
    end_within_s: float = 600


FULL = Scale(
    customers=200,
    agents=20,
    questions=2,
    exchanges=4,
    kills={"handoff": 5, "handoff-2": 5, "actions": 3, "rasa": 2, "valkey": 5},
    kill_every_s=6,
    think_s=20,
    end_within_s=1200,
)
SHORT = Scale(
    customers=24,
    agents=4,
    questions=1,
    exchanges=3,
    kills={"handoff": 2, "handoff-2": 1, "actions": 1, "rasa": 1, "valkey": 2},
    kill_every_s=2,
    think_s=8,
    end_within_s=240,
)
