"""The life of a conversation as one table of legal moves. Pure: the Lua scripts are given their rows from here."""

from dataclasses import dataclass
from enum import StrEnum

from handoff.errors import IllegalMove
from handoff.vocabulary import ConversationState as State


class Move(StrEnum):
    """Everything that changes who has a conversation."""

    ENQUEUE = "enqueue"  # a handoff request is made
    LEAVE_QUEUE = "leave_queue"  # the customer no longer wants to wait
    CLAIM = "claim"  # an agent takes it
    FINISH = "finish"  # the agent closes the service; the assistant serves again
    REQUEUE = "requeue"  # the agent is lost or transfers it; back into the queue
    REASSIGN = "reassign"  # from one agent's hands into another's
    CLOSE = "close"  # left alone by the customer
    REOPEN = "reopen"  # the customer writes again


@dataclass(frozen=True)
class Row:
    """From which states a move is legal, and where it leads."""

    sources: frozenset[State]
    target: State
    # Whether the assistant starts anew: a new episode means a clean tracker, so that neither an old count of failures
    # nor an old slot hands the customer over again.
    new_episode: bool = False


MOVES: dict[Move, Row] = {
    Move.ENQUEUE: Row(frozenset({State.BOT}), State.QUEUED),
    Move.LEAVE_QUEUE: Row(frozenset({State.QUEUED}), State.BOT, new_episode=True),
    Move.CLAIM: Row(frozenset({State.QUEUED}), State.ACTIVE),
    Move.FINISH: Row(frozenset({State.ACTIVE}), State.BOT, new_episode=True),
    Move.REQUEUE: Row(frozenset({State.ACTIVE}), State.QUEUED),
    Move.REASSIGN: Row(frozenset({State.ACTIVE}), State.ACTIVE),
    Move.CLOSE: Row(frozenset({State.BOT}), State.CLOSED),
    Move.REOPEN: Row(frozenset({State.CLOSED}), State.BOT, new_episode=True),
}


def after(state: State, move: Move) -> State:
    """The state after `move`; IllegalMove names the move and the state when the table does not have it."""
    row = MOVES[move]
    if state not in row.sources:
        raise IllegalMove(move, state)
    return row.target


def is_legal(state: State, move: Move) -> bool:
    """Whether `move` may be made in `state`."""
    return state in MOVES[move].sources


def lua_table() -> str:
    """The table as Lua source, for the head of every script."""
    rows = []
    for move, row in MOVES.items():
        sources = ", ".join(f"['{source}'] = true" for source in sorted(row.sources))
        rows.append(
            f"['{move}'] = {{sources = {{{sources}}}, target = '{row.target}', "
            f"new_episode = {'true' if row.new_episode else 'false'}}}"
        )
    return "local moves = {" + ", ".join(rows) + "}\n"
