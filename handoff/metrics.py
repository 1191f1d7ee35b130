"""What is counted (Prometheus). Each process counts its own; queue and agents, shared by all, are read at a scrape."""

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter(
    "xiaoqiao_messages_total", "Messages stored, by sender; repeated deliveries do not count", ["sender"]
)
TURN_SECONDS = Histogram(
    "xiaoqiao_turn_seconds",
    "Time the assistant took for a turn, by result: answered, unavailable",
    ["result"],
    buckets=(0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.2, 1.8, 2.5),
)
TURNS_TAKEN_OVER = Counter("xiaoqiao_turns_taken_over_total", "Turns of other workers that were finished here")
TURNS_FAILED = Counter(
    "xiaoqiao_turns_failed_total",
    "Turns that ended in an error nobody foresaw: tried_again, given_up, abandoned",
    ["result"],
)
TEXTS_DROPPED = Counter("xiaoqiao_bot_texts_dropped_total", "Bot messages that came after the handoff request")
HANDOFF_REQUESTS = Counter("xiaoqiao_handoff_requests_total", "New handoff requests", ["reason", "skill_group"])
HANDOFFS_REFUSED = Counter(
    "xiaoqiao_handoffs_refused_total", "Handoff requests refused because the queue was full", ["reason", "skill_group"]
)
TICKETS_OVERDUE = Counter("xiaoqiao_tickets_overdue_total", "Tickets that nobody ended in time", ["skill_group"])
POSITION_NOTICES = Counter(
    "xiaoqiao_position_notices_total", "Waiting customers who were told their new place: state, message", ["kind"]
)
LOOKUPS_FAILED = Counter(
    "xiaoqiao_customer_lookups_failed_total",
    "Look-ups of a customer before a request that did not count, by why: slow, busy, unavailable",
    ["why"],
)
TICKET_REPLIES = Counter("xiaoqiao_ticket_replies_total", "Customers' replies added to tickets", ["skill_group"])
TICKETS = Counter("xiaoqiao_tickets_total", "New tickets by kind: message, callback", ["kind", "skill_group"])
CLAIMS = Counter("xiaoqiao_claims_total", "Claims by result: won, lost, full, assigned (push)", ["result"])
AGENTS_LOST = Counter("xiaoqiao_conversations_given_back_total", "Conversations put back because the agent was lost")
DELIVERIES = Counter(
    "xiaoqiao_deliveries_total",
    "Steps of channels that carry messages out: delivered, held, paused, failed, unanswered, given_up",
    ["channel", "result"],
)
ARCHIVE_REFUSED = Counter("xiaoqiao_archive_refused_total", "Times a conversation or audit entry could not be archived")
KEEPER_FAILED = Counter("xiaoqiao_keeper_failed_total", "Times a step of the housekeeping failed", ["step"])
GHOSTS = Counter(
    "xiaoqiao_ghosts_total", "Places freed whose request or conversation was gone, in queues and agents' hands"
)
WEBHOOKS = Counter(
    "xiaoqiao_webhooks_total",
    "Events other desks were told of, by result: told, failed, given_up",
    ["target", "result"],
)

WAITING = Gauge("xiaoqiao_waiting_requests", "Requests that wait", ["skill_group"])
OLDEST_WAIT_SECONDS = Gauge("xiaoqiao_oldest_wait_seconds", "How long the longest waiting one waits", ["skill_group"])
AGENTS = Gauge("xiaoqiao_agents", "Agents by presence", ["presence"])
WAITING_TURNS = Gauge(
    "xiaoqiao_waiting_turns", "Conversations with messages that wait for the assistant or are with it"
)
WAITING_DELIVERIES = Gauge("xiaoqiao_waiting_deliveries", "Conversations with messages to carry out", ["channel"])
WAITING_WEBHOOKS = Gauge("xiaoqiao_waiting_webhooks", "Conversations with events to tell", ["target"])
WAITING_ARCHIVE = Gauge("xiaoqiao_waiting_archive", "Conversations that changed since they were archived")
WAITING_AUDIT = Gauge("xiaoqiao_waiting_audit", "Entries of the audit log that are not archived yet")
SERVED = Gauge("xiaoqiao_served_conversations", "Conversations that agents serve now")
