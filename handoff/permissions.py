"""Who may do what: one table of roles and their permissions. Routes and use cases ask here and nowhere else."""

from enum import StrEnum
from typing import Final

from handoff.errors import Forbidden
from handoff.models import Agent
from handoff.vocabulary import Role


class Permission(StrEnum):
    """Something an agent may be allowed to do."""

    SIGNED_IN = "signed_in"  # one's own session and lists, and the names of things
    SERVE = "serve"  # see the queue, claim, write, transfer and close one's own conversations
    SUPERVISE = "supervise"  # read, transfer, take over and close anybody's conversations, look on, see all agents
    REVIEW = "review"  # read past conversations to judge and improve the assistant
    KEEP_REPLIES = "keep_replies"  # canned replies of groups and of all
    STAFF = "staff"  # which groups agents serve and how many customers at once; names, roles, passwords are not in it
    SEE_NUMBERS = "see_numbers"  # whole numbers of those one serves, with SUPERVISE of all; each time recorded
    RESEND = "resend"  # messages that no channel would carry
    ADMINISTER = "administer"  # agents, skill groups, working hours, webhooks
    AUDIT = "audit"  # read who saw and did what; not supervisors, of whom it tells too


_SERVING: Final = frozenset({Permission.SIGNED_IN, Permission.SERVE, Permission.SEE_NUMBERS})

PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.AGENT: _SERVING,
    Role.SUPERVISOR: _SERVING
    | {Permission.SUPERVISE, Permission.REVIEW, Permission.KEEP_REPLIES, Permission.STAFF, Permission.RESEND},
    # Serves nobody: never in the queue's sight, in no count of who is there.
    Role.TRAINER: frozenset({Permission.SIGNED_IN, Permission.REVIEW, Permission.KEEP_REPLIES}),
    Role.ADMINISTRATOR: frozenset(Permission),
}

_REFUSALS: Final[dict[Permission, str]] = {
    Permission.SIGNED_IN: "请先登录。",
    Permission.SERVE: "您的角色不接待客户，不能这样做。",
    Permission.SUPERVISE: "只有班长或管理员可以这样做。",
    Permission.REVIEW: "您的角色不能查看历史会话。",
    Permission.KEEP_REPLIES: "公共的和技能组的快捷回复由班长、训练师和管理员管理。",
    Permission.STAFF: "只有班长或管理员可以调整坐席的技能组和接待上限。",
    Permission.SEE_NUMBERS: "您的角色不能查看完整号码。",
    Permission.RESEND: "只有班长或管理员可以重发消息。",
    Permission.ADMINISTER: "只有管理员可以这样做。",
    Permission.AUDIT: "只有管理员可以查看审计日志。",
}


def may(agent: Agent, permission: Permission) -> bool:
    """Whether the agent's role allows it."""
    return permission in PERMISSIONS[agent.role]


def comes_to_serve(agent: Agent) -> bool:
    """Whether logging in means being there for customers. Who administers often only looks after something, and says
    so when they also serve: customers must not be told that somebody is there who is not."""
    return may(agent, Permission.SERVE) and agent.role != Role.ADMINISTRATOR


def check(agent: Agent, permission: Permission) -> None:
    """Forbidden `not_permitted`, with the permission that is missing, when the role does not allow it."""
    if not may(agent, permission):
        raise Forbidden("not_permitted", _REFUSALS[permission], permission=permission)
