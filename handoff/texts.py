"""What the service itself says to customers and agents. One voice: warm, plain, and never more than is true."""

import json

from handoff.models import Button
from handoff.vocabulary import HandoffReason, TicketKind, TicketState

TRANSFER = Button(title="转人工", payload="/transfer_human")
LEAVE_QUEUE_PAYLOAD = "/leave_queue"
LEAVE_QUEUE = Button(title="取消排队", payload=LEAVE_QUEUE_PAYLOAD)
KEEP_PLACE = Button(title="继续排队", payload="/keep_place")
CALL_BACK = Button(title="请回电", payload="/call_back")
LEAVE_MESSAGE = Button(title="留言", payload="/leave_message")

BOT_NAME = "小桥"
SYSTEM_NAME = "系统"

APOLOGY = "抱歉，智能助手暂时没能回复，您的消息已经保留。您可以稍后再试，也可以点“转人工”，由人工客服为您处理。"
KEPT_FOR_PERSON = (
    "{kind}收到了，已经为您保留。小桥暂时看不懂{kind}，请用文字告诉我您的问题；也可以点“转人工”，由客服为您查看。"
)
NOT_TAKEN = "抱歉，刚才这一条没有办成，请稍后再试一次。"
LEFT_QUEUE = "已为您取消排队，小桥继续为您服务。需要人工时随时说“转人工”。"
NOT_QUEUED = "您现在没有在排队。需要人工时随时说“转人工”。"
FINISHED = "本次人工服务已结束，小桥继续为您服务。还有问题请直接告诉我。对这次服务满意吗？"
STILL_THERE = "您还在吗？客服在等您的回复。如果暂时不方便，稍后我们会先结束这次人工服务，您随时可以再来。"
FINISHED_SILENT = (
    "一直没有等到您的回复，本次人工服务先结束了，小桥继续为您服务。"
    "需要时随时说“转人工”，前面的对话都会保留。对这次服务满意吗？"
)
AGENT_LOST = "抱歉，客服{name}的连接中断了。您已排到最前面，马上为您安排其他客服，前面的对话都会保留。"
QUEUE_NAME = "排队"  # these two are read by agents
AGENT_LOST_WHY = "坐席连接中断"
TRANSFERRED_TO_GROUP = "正在为您转到{group}，您排在最前面，前面的对话都会保留，不用再说一遍。"
TRANSFERRED_TO_AGENT = "已为您转给客服{name}，前面的对话都能看到，您不用再说一遍。"
SATISFACTION_PAYLOAD = "/satisfaction"
SATISFACTION = [
    Button(title=title, payload=f'{SATISFACTION_PAYLOAD}{{"score": {score}}}')
    for score, title in ((5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意"))
]
LOW_SCORE = 2
SAY_MORE = Button(title="说几句", payload="/say_more")
ASK_COMMENT = "请直接回复想说的话，下一条消息会记为您的意见；不想说了可以回复“不用了”，有新问题也可以直接问。"
COMMENTED = "谢谢，您的意见已经记下。"
RATED = "谢谢您的评价，我们会继续努力。还想说几句可以告诉我们，不说也行。"
RATED_LOW = (
    "抱歉没有让您满意，您的评价已经记下，我们会改进。哪里没做好可以告诉我们，不说也行；还没解决的话，随时说“转人工”。"
)
CLAIMED = "客服{name}已接入，前面的对话都能看到，您不用再说一遍。"

QUEUE_FULL = "现在排队的客户太多，暂时不能再排队。您可以选择“请回电”或“留言”，我们会按顺序处理；也可以稍后再试。"
ASK_MESSAGE = "请把要留言的内容发给我，一条消息说完就好。方便的话写上联系电话，客服会尽快回复您。"
ASK_CALLBACK = "请告诉我能联系到您的电话号码（手机或带区号的固定电话），客服会尽快给您回电。"
NO_PHONE = "这个电话号码好像不对，请填写 11 位手机号，或带区号的固定电话。"
TICKET_NUMBER = "TICKET_NUMBER"  # the script that makes a ticket puts its number here


def _set_off(when: str) -> str:
    """A time within Chinese words; a space sets off a digit it begins with: 2月24日 08:00, but not 今天 14:00."""
    return f" {when}" if when[0].isdigit() else when


def _by(due: str) -> str:
    return f"最晚{_set_off(due)} 前"


def ticket_opened(kind: TicketKind, phone_masked: str, due: str) -> str:
    """What the customer is told of a new ticket."""
    what = f"回电登记好了，我们会拨打 {phone_masked}" if kind == TicketKind.CALLBACK else "您的留言登记好了"
    return f"{what}。工单号 {TICKET_NUMBER}，{_by(due)}会有客服处理，处理进展会在这里告诉您。"


def ticket_taken(number: int, name: str, due: str) -> str:
    """Who owns it now, and by when they will have dealt with it."""
    return f"工单 {number} 由客服{name}负责到底，{_by(due)}给您答复，有结果会在这里告诉您。"


def ticket_handed(number: int, to: str) -> str:
    """A colleague or another group goes on with it."""
    return f"工单 {number} 已转给{to}继续处理，您留的内容都在，不用再说一遍。"


def ticket_not_reached(number: int, again: str) -> str:
    """Nobody answered the call."""
    return f"刚才给您回电没有打通（工单 {number}），我们会在{_set_off(again)} 左右再打给您，请留意接听。"


def ticket_done(number: int, result: str) -> str:
    """It is done, and what came of it."""
    what = f"：{result.rstrip('。！!. ')}。" if result else "。"
    return f"工单 {number} 已处理完成{what}还有问题请直接告诉我。"


def ticket_reopened(number: int, name: str, due: str) -> str:
    """It was not done after all."""
    return f"工单 {number} 重新打开了，由客服{name}继续处理，{_by(due)}给您答复。"


REPLY_PAYLOAD = "/reply_ticket"
GIVE_PAYLOAD = "/give_to_ticket"
NO_REPLY = Button(title="不回复了", payload="/no_reply")
NOT_REPLYING = "好的。需要时可以再点“回复处理人”，有别的问题请直接告诉我。"
TICKET_GONE = "没有找到这个工单，可能已经过期。需要人工客服时说“转人工”就可以。"
GIVEN_BEFORE = "这条消息已经转给处理人了，不用再转一次。"
NOT_GIVEN = "抱歉，这条消息暂时没能转给处理人，请稍后再点一次“转给处理人”，也可以直接点“回复处理人”重新说一遍。"


def reply_to(ticket_id: str, title: str = "回复处理人") -> Button:
    """Under what a ticket's people tell the customer: what they say next goes to them."""
    return Button(title=title, payload=f"{REPLY_PAYLOAD}{json.dumps({'ticket': ticket_id})}")


def give_to(ticket_id: str, seq: int) -> Button:
    """What the customer said with message `seq` was meant for the ticket."""
    return Button(title="转给处理人", payload=f"{GIVE_PAYLOAD}{json.dumps({'ticket': ticket_id, 'seq': seq})}")


def _handler(owner: str | None) -> str:
    return f"客服{owner}" if owner else "处理人"


def ask_reply(number: int, owner: str | None) -> str:
    """The customer wants to answer; what they say next is it."""
    return f"请直接回复，您的下一条消息（文字、图片都可以）会转给工单 {number} 的{_handler(owner)}。"


def offer_reply(number: int, owner: str | None) -> str:
    """Added to what is said when a text was not understood, soon after a ticket's people wrote."""
    return f"如果这是给工单 {number} {_handler(owner)}的回复，请点“转给处理人”。"


def ticket_replied(number: int, owner: str | None, due: str | None) -> str:
    """The customer's answer is with the ticket; `due` None: it is past its time."""
    when = f"{_by(due)}给您答复" if due else "会尽快给您答复"
    where = f"已转给工单 {number} 的客服{owner}，{when}" if owner else f"已加到工单 {number}，客服{when}"
    return f"您的回复{where}，有结果会在这里告诉您。"


def replied_to_done(number: int, owner: str | None) -> str:
    """The answer came when the ticket was done."""
    return f"工单 {number} 已处理完成，您的回复也转给{_handler(owner)}了。问题还没有解决的话，请说“转人工”。"


def ticket_is_done(number: int) -> str:
    """The customer wants to answer a ticket that is done."""
    return f"工单 {number} 已处理完成。还有问题请直接告诉我；需要人工客服时说“转人工”。"


def reply_note(number: int, text: str) -> str:
    """What the ticket's people read of it."""
    return f"客户回复了工单 {number}：{text}"


NO_TICKETS = "您还没有工单。需要人工客服回电或留言时，说“转人工”就可以。"
TICKET_OVERDUE = "工单 {number} 已超过处理时限（{due}），{owner}，请尽快安排。"
NOBODY_OWNS = "还没有人领取"
OWNED_BY = "由{name}负责"
_TICKET_KINDS = {TicketKind.MESSAGE: "留言", TicketKind.CALLBACK: "回电"}


def ticket_line(number: int, kind: TicketKind, state: TicketState, owner: str, due: str, result: str) -> str:
    """How one ticket stands, for its customer."""
    head = f"工单 {number}（{_TICKET_KINDS[kind]}）："
    if state == TicketState.DONE:
        return f"{head}已处理完成{f'，{result}' if result else ''}"
    if state == TicketState.IN_PROGRESS:
        return f"{head}客服{owner}正在处理，{_by(due)}答复"
    return f"{head}等待处理，{_by(due)}会有客服处理"


def wait_words(wait_s: int) -> str:
    """An estimated wait as people say it: 预计不到 1 分钟, 预计约 6 分钟."""
    if wait_s < 60:
        return "预计不到 1 分钟"
    return f"预计约 {round(wait_s / 60)} 分钟"


# Said before the place in the queue, where the reason asks for a word of feeling first.
_EMPATHY = {
    HandoffReason.COMPLAINT: "给您添麻烦了，很抱歉。",
    HandoffReason.ABUSE: "给您添麻烦了，很抱歉。",
    HandoffReason.REPEATED_FAILURE: "抱歉，我没能听懂您的意思。",
    HandoffReason.SYSTEM_FAILURE: "抱歉，系统暂时查不到您的信息。",
    HandoffReason.HUMAN_ONLY: "这件事需要人工为您核实。",
}


def queued(
    reason: HandoffReason,
    position: int | None,
    wait_s: int | None,
    agents_online: int,
    opens: str | None = None,
    *,
    is_long: bool = False,
) -> str:
    """What a customer is told on entering the queue. `position` None: it changed too fast to be named.

    `opens`: outside working hours, when the group works next; `is_long`: long enough to offer something else.
    """
    return _EMPATHY.get(reason, "") + _place(position, wait_s, agents_online, opens, is_long)


def queue_full(reason: HandoffReason) -> str:
    """There is no place left."""
    return _EMPATHY.get(reason, "") + QUEUE_FULL


def _place(position: int | None, wait_s: int | None, agents_online: int, opens: str | None, is_long: bool) -> str:
    if agents_online == 0:
        return (
            "您的问题和前面的对话已为您登记转人工。现在没有人工客服在线，" + _opening(opens) + "我们为您保留位置，"
            "客服上线后会按顺序联系您；不想等可以选择“请回电”或“留言”，也可以取消排队。"
        )
    place = f"您排在第 {position} 位" if position is not None else "正在为您排队"
    wait = f"，{wait_words(wait_s)}" if wait_s is not None else ""
    return f"已为您转人工，{place}{wait}，现有 {agents_online} 位客服在线。等待时可以继续留言，客服都能看到。" + (
        _offer(opens, is_long) or "不想等了可以点“取消排队”。"
    )


def _offer(opens: str | None, is_long: bool) -> str:
    """Said where waiting may not be what the customer wants."""
    if opens:
        why = f"现在不是人工客服的上班时间，下次上班是{opens}，可能要多等一会儿。"
    elif is_long:
        why = "现在等待的时间比较长。"
    else:
        return ""
    return why + "不想等可以选择“请回电”或“留言”，也可以取消排队。"


def _opening(opens: str | None) -> str:
    return f"人工客服下次上班时间是{opens}，" if opens else ""


def now_first(wait_s: int) -> str:
    """Nobody goes before the customer any more."""
    return f"您已经排到第 1 位，{wait_words(wait_s)}，请稍等。"


def still_waiting(
    position: int, wait_s: int | None, agents_online: int, opens: str | None = None, *, is_long: bool = False
) -> str:
    """The answer to "how long still?"."""
    if agents_online == 0 or wait_s is None:
        return (
            f"您排在第 {position} 位。现在没有人工客服在线，{_opening(opens)}位置为您保留，客服上线后会按顺序联系您。"
        )
    place = f"您现在排在第 {position} 位，{wait_words(wait_s)}，现有 {agents_online} 位客服在线。"
    return place + _offer(opens, is_long)
