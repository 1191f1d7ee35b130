"""Bodies of revealing numbers."""

from enum import StrEnum

from pydantic import BaseModel, Field

from handoff.schemas.common import Body


class RevealReason(StrEnum):
    """Why somebody must see a whole number; it stands in the audit log."""

    CALL_BACK = "call_back"  # 回电联系
    VERIFY_IDENTITY = "verify_identity"  # 核对身份
    HANDLE_BUSINESS = "handle_business"  # 办理业务
    HANDLE_COMPLAINT = "handle_complaint"  # 处理投诉


class Reveal(Body):
    """A reason."""

    reason: RevealReason


class RevealedConversation(BaseModel):
    """What is masked elsewhere, whole. Only what differs."""

    phone: str | None = Field(description="The customer's own; None: not known.")
    messages: dict[int, str] = Field(description="Texts by seq.")
    notes: dict[int, str] = Field(description="Internal notes by number.")
    details: dict[str, str] = Field(description="address and note of the customer's details.")
    others: dict[str, str] = Field(
        description="All other texts of the conversation and of the last contacts, by what is shown in their place."
    )


class RevealedTicket(BaseModel):
    """A ticket's whole numbers, and those of the conversation it was left in."""

    phone: str
    text: str
    time_of_day: str
    messages: dict[int, str] = Field(description="Texts by seq; only what is masked elsewhere.")
    others: dict[str, str] = Field(description="Result and history, by what is shown in their place.")
