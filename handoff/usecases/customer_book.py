"""What agents write down about a customer, and who changed what."""

from handoff import audit, permissions
from handoff.audit import Action
from handoff.errors import BadInput, Conflict, Forbidden, NotFound
from handoff.models import Agent
from handoff.permissions import Permission
from handoff.schemas.customer_book import CustomerDetails, CustomerRecord, DetailsChange
from handoff.services import Services
from handoff.stores.customer_book import Change, Details
from handoff.usecases.service import may_read
from handoff.usecases.views import find_conversation, now_ms
from privacy.numbers import restore

CHANGES_SHOWN = 10
LONGEST_ADDRESS = 50
_NAMES = {"is_vip": "vip", "is_elderly": "elderly"}


async def read(services: Services, agent: Agent, conversation_id: str) -> CustomerRecord:
    """Details and changes of the customer of a conversation the agent may read."""
    customer_id = await _customer_of(services, agent, conversation_id)
    source = services.customer_book.source
    details = await source.details(customer_id)
    return CustomerRecord(
        details=_shown(details),
        changes=[_change(one) for one in await source.changes(customer_id, CHANGES_SHOWN)],
    )


async def change(services: Services, agent: Agent, conversation_id: str, wanted: CustomerDetails) -> CustomerDetails:
    """Store details; Conflict when somebody else changed them meanwhile. Only supervisors make a customer a VIP."""
    customer_id = await _customer_of(services, agent, conversation_id)
    source = services.customer_book.source
    known = await source.details(customer_id)
    if wanted.vip != known.is_vip:
        permissions.check(agent, Permission.SUPERVISE)
    details = Details(
        # Screens show numbers masked, and send back what they show.
        address=restore(wanted.address.strip(), known.address),
        note=restore(wanted.note.strip(), known.note),
        tags=list(dict.fromkeys(restore(tag, " ".join(known.tags)) for tag in wanted.tags)),
        is_vip=wanted.vip,
        is_elderly=wanted.elderly,
        version=wanted.version,
    )
    if any("\x00" in text for text in (details.address, details.note, *details.tags)):
        raise BadInput("invalid_input", "内容里有不能保存的字符，请删除后重试。")
    if len(details.address) > LONGEST_ADDRESS:  # with its numbers whole again
        raise BadInput("invalid_input", "称呼太长，请缩短后重试。")
    entry = audit.entry(Action.CUSTOMER_CHANGED, agent, conversation_id=conversation_id)
    stored = await source.change(
        customer_id, details, agent_id=agent.id, agent_name=agent.name, at_ms=now_ms(), audit=entry
    )
    if stored is None:
        raise Conflict("changed_meanwhile", "其他同事刚刚修改了客户资料，请刷新后再改。")
    return _shown(stored)


async def _customer_of(services: Services, agent: Agent, conversation_id: str) -> str:
    conversation = await find_conversation(services, conversation_id)
    if not await may_read(services, agent, conversation):
        raise Forbidden("not_your_conversation", "这个会话不由您接待，不能查看。")
    if conversation.customer is None:
        raise NotFound("customer_unknown", "这位客户没有登录，无法保存资料。")
    return conversation.customer.id


def _shown(details: Details) -> CustomerDetails:
    return CustomerDetails(
        address=details.address,
        note=details.note,
        tags=details.tags,
        vip=details.is_vip,
        elderly=details.is_elderly,
        version=details.version,
    )


def _change(change: Change) -> DetailsChange:
    return DetailsChange.model_validate(
        {
            "at_ms": change.at_ms,
            "agent_name": change.agent_name,
            "before": {_NAMES.get(name, name): value for name, value in change.before.items()},
            "after": {_NAMES.get(name, name): value for name, value in change.after.items()},
        }
    )
