"""The parts of one running process, put together once."""

from dataclasses import dataclass
from pathlib import Path

import yaml
from redis.asyncio import Redis

from handoff import webhook_targets
from handoff.assistant import Assistant
from handoff.attachments.addresses import Addresses
from handoff.attachments.storage import AttachmentStorage
from handoff.errors import StartupError
from handoff.events import Hub
from handoff.hours_file import load_hours
from handoff.hours_plan import HoursPlan
from handoff.keys import Keys
from handoff.knowledge import Knowledge
from handoff.open_streams import OpenStreams
from handoff.settings import Settings
from handoff.skill_groups import GroupsPlan
from handoff.skill_groups_file import load_skill_groups
from handoff.stores.agents import Agents
from handoff.stores.audit import AuditLog
from handoff.stores.board import Board
from handoff.stores.canned import CannedReplies, load_seeds
from handoff.stores.connection import Scripts, connect
from handoff.stores.conversations import Conversations
from handoff.stores.customer_book import CustomerBook
from handoff.stores.deliveries import Deliveries
from handoff.stores.figures import FigureBoard
from handoff.stores.hours import Hours
from handoff.stores.leases import Leases
from handoff.stores.limits import Limits
from handoff.stores.notes import Notes
from handoff.stores.own_answers import OwnAnswers
from handoff.stores.positions import Positions
from handoff.stores.queue import Queue
from handoff.stores.reviews import Reviews
from handoff.stores.served import Served
from handoff.stores.server import Server
from handoff.stores.service_ends import ServiceEnds
from handoff.stores.sessions import Sessions
from handoff.stores.skill_groups import SkillGroups
from handoff.stores.tickets import Tickets
from handoff.stores.trimming import Trimming
from handoff.stores.turns import Turns
from handoff.stores.uploads import Uploads
from handoff.stores.watches import Watches
from handoff.stores.webhooks import Webhooks
from handoff.stores.windows import ReplyWindows
from handoff.webhook_targets import Target


@dataclass(frozen=True)
class Reference:
    """What the files say: which skill groups there are; dispositions and the assistant's tasks (id -> Chinese name)."""

    dispositions: dict[str, str]
    tasks: dict[str, str]
    # Of the files; what holds now is in Services.groups and Services.hours.
    groups: GroupsPlan
    hours: HoursPlan

    @property
    def skill_groups(self) -> tuple[str, ...]:
        """Their ids, in the order of the file."""
        return tuple(self.groups.groups)


@dataclass(frozen=True)
class Services:
    """Everything a use case may need."""

    settings: Settings
    reference: Reference
    redis: "Redis"
    server: Server
    listener: "Redis"  # for the hub: without repetitions, because a silent reconnection would hide missed notices
    conversations: Conversations
    queue: Queue
    served: Served
    positions: Positions
    tickets: Tickets
    hours: Hours
    groups: SkillGroups
    board: Board
    figures: FigureBoard
    reviews: Reviews
    customer_book: CustomerBook
    notes: Notes
    canned: CannedReplies
    service_ends: ServiceEnds
    watches: Watches
    agents: Agents
    sessions: Sessions
    turns: Turns
    trimming: Trimming
    audit: AuditLog
    limits: Limits
    open_streams: OpenStreams
    attachments: AttachmentStorage
    addresses: Addresses
    uploads: Uploads
    leases: Leases
    deliveries: Deliveries
    own_answers: OwnAnswers
    reply_windows: ReplyWindows
    hub: Hub
    assistant: Assistant
    knowledge: Knowledge
    webhooks: Webhooks
    webhook_targets: list[Target]

    @classmethod
    def build(cls, settings: Settings) -> "Services":
        """Put the parts together; nothing connects yet."""
        listener = connect(settings.storage_url, settings.redis_timeout_s, repetitions=0)
        redis = connect(settings.storage_url, settings.redis_timeout_s, listener=listener)
        keys = Keys(settings.redis_prefix)
        targets = webhook_targets.load(
            settings.webhooks, settings.allowed_webhook_hosts, is_production=settings.is_production
        )
        scripts = Scripts(redis, keys, targets)
        conversations = Conversations(redis, keys, scripts)
        queue = Queue(redis, keys, scripts)
        reference = load_reference(settings.reference_dir)
        return cls(
            settings=settings,
            reference=reference,
            redis=redis,
            server=Server(redis, keys),
            listener=listener,
            conversations=conversations,
            queue=queue,
            served=Served(scripts),
            positions=Positions(redis, keys),
            tickets=Tickets(redis, keys, scripts),
            hours=Hours(redis, keys, scripts, reference.hours, reference.skill_groups),
            groups=SkillGroups(redis, keys, scripts, reference.groups),
            board=Board(queue, conversations),
            figures=FigureBoard(),
            reviews=Reviews(),
            customer_book=CustomerBook(),
            notes=Notes(redis, keys, scripts),
            canned=CannedReplies(redis, keys, scripts, load_seeds(settings.reference_dir / "canned_replies.yml")),
            service_ends=ServiceEnds(redis, keys, scripts),
            watches=Watches(redis, keys),
            agents=Agents(redis, keys, scripts, settings.heartbeat_s),
            sessions=Sessions(redis, keys, scripts),
            turns=Turns(redis, keys, scripts),
            trimming=Trimming(redis, keys, scripts, settings.trim_after_s, settings.archive_settle_s),
            audit=AuditLog(redis, keys),
            limits=Limits(redis, keys),
            open_streams=OpenStreams(),
            attachments=AttachmentStorage(settings.attachments_url, settings.data_dir / "attachments"),
            addresses=Addresses(settings.service_token.get_secret_value()),
            uploads=Uploads(redis, keys),
            leases=Leases(redis, keys),
            deliveries=Deliveries(redis, keys, scripts),
            own_answers=OwnAnswers(redis, keys, scripts),
            reply_windows=ReplyWindows(redis, keys, scripts),
            hub=Hub(redis, listener, keys),
            assistant=Assistant(settings.assistant_url, settings.assistant_timeout_s),
            knowledge=Knowledge(
                settings.knowledge_url, settings.service_token.get_secret_value(), settings.knowledge_timeout_s
            ),
            webhooks=Webhooks(redis, keys, scripts),
            webhook_targets=targets,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self.assistant.close()
        await self.knowledge.close()
        await self.redis.aclose()
        await self.listener.aclose()


def load_reference(folder: Path) -> Reference:
    """Read skill_groups.yml, dispositions.yml, tasks.yml and working_hours.yml; StartupError names the wrong file."""
    groups = load_skill_groups(folder / "skill_groups.yml")
    return Reference(
        groups=groups,
        dispositions=_names(folder / "dispositions.yml", "dispositions"),
        tasks=_names(folder / "tasks.yml", "tasks"),
        hours=load_hours(folder / "working_hours.yml", groups.groups),
    )


def _names(path: Path, key: str) -> dict[str, str]:
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))[key]
        return {str(row["id"]): str(row["name"]) for row in rows}
    except FileNotFoundError as error:
        raise StartupError(f"{path} is missing: start in the project's root or set XIAOQIAO_REFERENCE_DIR.") from error
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise StartupError(f"{path} is not a list of {{id, name}} under '{key}': correct it.") from error
