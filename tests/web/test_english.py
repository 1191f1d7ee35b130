"""The console in English: what it says itself is English, whatever customers and the operator's names are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ERRORS = ROOT / "web/console/texts/en/errors.ts"
RAISED = re.compile(
    r'(?:BadInput|Unauthorized|Forbidden|NotFound|Conflict|TooLarge|TooManyRequests|__init__)\(\s*"([a-z_]+)"'
    r'|"code": "([a-z_]+)"|code = "([a-z_]+)"(?: if [\w.]+ else "([a-z_]+)")?'
)
# Said to customers, to other programs or to who starts the service.
NOT_FOR_AGENTS = {
    "identity_not_found",
    "invalid_identity",
    "invalid_service_token",
    "invalid_ticket",
    "invalid_token",
    "missing_token",
    "no_phone",
    "not_an_answer",
    "nothing_to_rate",
    "operator_unavailable",
    "queue_full",
    "stale_turn",
    "startup_failed",
}


def test_what_the_service_refuses_is_said_in_english_too() -> None:
    raised = set[str]()
    for source in (ROOT / "handoff").rglob("*.py"):
        for codes in RAISED.findall(source.read_text(encoding="utf-8")):
            raised |= {code for code in codes if code}
    said = set(re.findall(r"^  ([a-z_]+):", ERRORS.read_text(encoding="utf-8"), re.MULTILINE))
    assert said == raised - NOT_FOR_AGENTS
