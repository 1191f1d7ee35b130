"""Every Redis key and every time to live, in one place.

Python and the Lua scripts take their keys from `PATTERNS`; nothing else spells a key. All keys carry the prefix of the
installation. Scripts compute some keys from what they read, so the data lives in one Redis and not in a Redis Cluster.
"""

from typing import Final

DAY_S: Final = 24 * 3600

# A conversation that nobody touched for a month is over for the customer too; the visitor token ends with it. The month
# begins when it is archived and with nobody: who waits or is served does not run out.
CONVERSATION_TTL_S: Final = 30 * DAY_S
# Finished requests are read by the conversation view, which lives this long.
REQUEST_TTL_S: Final = CONVERSATION_TTL_S
# Wrong passwords are forgotten after a quarter of an hour: long enough to make guessing hopeless.
LOGIN_FAILURE_TTL_S: Final = 15 * 60
# Where somebody logged in lately they are not held up by wrong passwords tried elsewhere.
LOGIN_PLACE_TTL_S: Final = 30 * DAY_S
# An answer with new tokens may be lost: the refresh token before it is accepted for this long.
REFRESH_GRACE_MS: Final = 30_000
# A channel repeats a delivery for seconds; a proxy in between may be slower.
INBOUND_TTL_S: Final = 15 * 60
# Work for one process passes to another one this long after the first was last heard of.
LEASE_TTL_S: Final = 10
# Work that pauses for longer has not been done without a gap. Longer than passing it to another process takes.
KEPT_GAP_S: Final = 2 * LEASE_TTL_S
# Says only that the server takes writes; nobody reads it.
PROBE_TTL_S: Final = 60
# Windows of the rate limits.
RATE_WINDOW_S: Final = 60
# Longer than any try to tell a target takes, so that a lease number is not given twice.
WEBHOOK_LEASE_TTL_S: Final = 3600
DEAD_WEBHOOKS_KEPT: Final = 1000
HANDLING_SAMPLES: Final = 50  # handling times a skill group that the estimate averages over
TRANSFER_LIMIT: Final = 20  # transfers of a request that are remembered, the latest ones
GIVEN_ARTICLE_LIMIT: Final = 20  # articles an agent gave that a request remembers, the latest ones; all are archived
UNHELPFUL_TURN_LIMIT: Final = 20  # answers a customer found unhelpful that count for what follows, the latest ones
# A client that was without a network sends again what it missed the acknowledgement of: within a day a trimmed
# conversation still knows the keys of its messages, notes and tickets, the latest ones.
SEEN_MS: Final = DAY_S * 1000
SEEN_KEPT: Final = 500
OFFERING_MESSAGES: Final = 20  # last messages of a trimmed conversation whose buttons still work as such, not as texts
FEEDBACK_KEPT: Final = 50  # judgements a trimmed conversation shows, the latest ones; all are archived
DEAD_LETTERS_KEPT: Final = 1000  # undelivered messages of a channel, the latest ones
CUSTOMER_CONVERSATIONS_KEPT: Final = 50  # conversations of a customer that are found as theirs, the latest ones
TICKET_CHANGE_LIMIT: Final = 50  # changes of a ticket that its history shows, the latest ones; all are archived events
# Only what comes this soon after "说几句" is the comment; later the customer has something new on their mind.
COMMENT_WITHIN_MS: Final = 10 * 60 * 1000
# Who chose to answer a ticket and was called away for longer has something new on their mind, or is asked.
REPLY_WITHIN_MS: Final = 30 * 60 * 1000
# What the assistant does not understand within a day of a ticket's message may be the answer to it: evenings are read
# in the morning. It is only offered, so a long time costs nobody anything.
REPLY_OFFERED_MS: Final = DAY_S * 1000
NOTE_LIMIT: Final = 200  # internal notes of a conversation that agents see, the latest ones; all are archived
MENTION_LIMIT: Final = 100  # mentions of an agent that are remembered, the latest ones
CANNED_LIMIT: Final = 500  # canned replies an agent, a skill group, or shared: more than anybody finds again
# Entries of the audit log that wait for the archive: at 100 bytes or two each, weeks of a large desk without SQL.
AUDIT_LIMIT: Final = 500_000
AUDIT_ASIDE_KEPT: Final = 1000  # entries that cannot be archived; there should be none
JOURNAL_LIMIT: Final = 10_000  # events a conversation; a loop somewhere must not fill the memory

# A supervisor whose console is gone no longer watches; an open one says so three times in this.
WATCH_TTL_S: Final = 60

TURN_GROUP: Final = "workers"  # consumer group on the turns stream

PATTERNS: Final[dict[str, str]] = {
    # one conversation
    "conversation": "conversation:{}",  # hash: state, channel, episode, last_seq, customer, turn_entry ...
    "messages": "messages:{}",  # list of message JSON; index = seq - 1
    "seen": "seen:{}",  # hash: the sender's key of a message, note, ticket … -> its number @ when, ms
    "offered": "offered:{}",  # set: button payloads that were offered
    "mailbox": "mailbox:{}",  # list: turns waiting, oldest first
    "understanding": "understanding:{}",  # hash: seq -> Turn JSON
    "feedback": "feedback:{}",  # hash: seq of an answer -> "1" helpful, "0" not
    "journal": "journal:{}",  # list of event JSON
    "notes": "notes:{}",  # list of note JSON: what agents write to each other, never numbered among the messages
    "visitor": "visitor:{}",  # string: hash of a visitor token -> conversation id
    # turns
    "turns": "turns",  # stream: one entry a conversation with waiting turns
    # queue
    "request": "request:{}",  # hash: one handoff request
    "queue": "queue:{}",  # sorted set a skill group: request ids by rules.queue_score
    "queue_groups": "queue-groups",  # set: skill groups that ever had a request
    "queue_clock": "queue-clock",  # strictly increasing microseconds: first come, first served even within one
    "told_positions": "told-positions",  # hash: waiting request -> what its customer was told last (JSON)
    "silent_due": "silent-due",  # sorted set: served conversations whose customer owes an answer, by when to act, ms
    "handling": "handling:{}",  # list a skill group: last handling times in seconds
    "hours": "hours",  # hash: working hours that replace the file's: version, plan (JSON), by, at_ms
    "skill_groups": "skill-groups",  # hash: what replaces the file's skill groups, as for the hours
    # agents
    "agent": "agent:{}",  # hash: one agent
    "usernames": "usernames",  # hash: user name -> agent id
    "watchers": "watchers:{}",  # sorted set a conversation: agent id by when they were last heard to watch, ms
    "mentions": "mentions:{}",  # list of mention JSON an agent, newest first
    "follow_ups": "follow-ups:{}",  # hash an agent: request id -> follow-up JSON
    "canned": "canned:{}",  # hash a shelf (personal:<agent>, group:<group>, shared): id -> canned reply JSON
    "canned_seeded": "canned-seeded",  # string: the first shared ones are there
    "agent_conversations": "agent-conversations:{}",  # set: conversations an agent serves
    "heartbeats": "heartbeats",  # sorted set: agent id by last sign of life, ms
    "last_served": "last-served",  # sorted set: agent id by last claim or end of a service, ms
    "session": "session:{}",  # string: hash of an access token -> family
    "refresh": "refresh:{}",  # string: hash of a refresh token, used ones too -> family
    "family": "family:{}",  # hash one login: agent, refresh (hash of the valid one), previous, rotated_ms, began_ms …
    "agent_sessions": "agent-sessions:{}",  # set: families of an agent, for "log out everywhere"
    "login_failures": "login-failures:{}",  # counter
    "login_place": "login-place:{}",  # string: user name and address from which somebody logged in lately
    "rate": "rate:{}",  # counter a window
    # channels that carry messages out (stores/deliveries.py)
    "deliveries": "deliveries:{}",  # sorted set a channel: conversations with something to carry, by due time in ms
    "delivery_wake": "delivery-wake:{}",  # list a channel: something became due
    "delivery": "delivery:{}",  # hash a conversation: delivered_seq, lease, attempts, held, choices, address
    "chances": "chances:{}",  # sorted set a conversation: requests that may carry the answer back, by deadline
    "inbound": "inbound:{}",  # hash: one delivery of a channel, kept while the channel may repeat it
    "customer_conversations": "customer-conversations:{}",  # set a customer: their conversations on all channels
    "address": "address:{}",  # string: channel address of a customer -> conversation id
    "uploads": "uploads",  # sorted set: attachments that no message has yet, by time in ms
    "dead_letters": "dead-letters:{}",  # hash a channel: id -> what could not be delivered
    "reply_window": "reply-window:{}",  # hash an address: how many replies the channel still allows, and until when
    # WeChat
    "wechat_token": "wechat-token:{}",  # string an account: the shared access token
    "wechat_token_lock": "wechat-token-lock:{}",  # string: who fetches it now
    "wechat_person": "wechat-person:{}",  # hash an address: unionid, following, welcomed, consents
    "wechat_binding": "wechat-binding:{}",  # string a person (unionid or address): Customer JSON
    "wechat_binding_step": "wechat-binding-step:{}",  # string an address: where the binding dialogue stands
    "wechat_bind_ticket": "wechat-bind-ticket:{}",  # string a ticket: the address that asked for a binding link
    "wechat_uploaded": "wechat-uploaded:{}",  # string an account and attachment: the platform's id of the upload
    "wechat_media": "wechat-media:{}",  # hash a token: a file a customer sent
    # webhooks (stores/webhooks.py); an id is <target>:<conversation>
    "webhooks_due": "webhooks-due:{}",  # sorted set a target: conversations with events to tell, by due time in ms
    "webhooks": "webhooks:{}",  # list an id: events to tell, oldest first
    "webhook": "webhook:{}",  # hash an id: lease, attempts, first_ms
    "webhooks_dead": "webhooks-dead",  # list: events no target would take, newest first
    # tickets (stores/tickets.py)
    "ticket": "ticket:{}",  # hash: one ticket; kept until it is done and a month more
    "tickets": "tickets:{}",  # sorted set a skill group and state (group:state): ticket ids by due time (done: end), ms
    "agent_tickets": "agent-tickets:{}",  # sorted set an agent: tickets they own and have not ended, by due time, ms
    "tickets_due": "tickets-due",  # sorted set: open tickets nobody was told are overdue, by due time, ms
    "conversation_tickets": "conversation-tickets:{}",  # set a conversation: its tickets
    "ticket_number": "ticket-number",  # the last number given
    # archive
    "audit": "audit",  # stream: audit log entries that the archive does not have yet
    "audit_aside": "audit-aside",  # list: entries that cannot be archived (JSON), latest first, for a person to look at
    "archive_due": "archive-due",  # sorted set: conversations that changed since they were archived
    "trim_due": "trim-due",  # sorted set: archived conversations whose past may leave Redis, by when to look next, ms
    # between processes
    "lease": "lease:{}",  # string a kind of work: which process does it now
    "kept_since": "kept-since:{}",  # string a kind of work: since when it is done without a gap, ms
    "events": "events",  # pub/sub channel
    "probe": "probe",  # string: written to see whether the server takes writes
}


class Keys:
    """Keys under one prefix: `keys.conversation("c1")`, `keys.turns()`."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def __call__(self, name: str, *parts: str) -> str:
        """The key called `name` in PATTERNS, filled with `parts`."""
        return self.prefix + PATTERNS[name].format(*parts)

    def lua(self) -> str:
        """A Lua table of functions with the same names, for the head of every script."""
        lines = []
        for name, pattern in PATTERNS.items():
            head, braces, _ = pattern.partition("{}")
            lines.append(
                f"{name} = function(id) return '{self.prefix}{head}' .. id end"
                if braces
                else f"{name} = function() return '{self.prefix}{head}' end"
            )
        return "local key = {" + ", ".join(lines) + "}\n"
