"""The action server: rasa-sdk's web application over our actions, in one process on loopback."""

from __future__ import annotations

from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions.action import XiaoqiaoAction
from actions.action_answer import ActionAnswer
from actions.action_clarify import ActionClarify
from actions.action_decide import ActionDecide
from actions.action_handoff import ActionHandoff
from actions.action_query_balance import ActionQueryBalance
from actions.action_query_bill import ActionQueryBill
from actions.action_query_data_usage import ActionQueryDataUsage
from actions.action_query_sms_usage import ActionQuerySmsUsage
from actions.action_query_voice_usage import ActionQueryVoiceUsage
from actions.action_repeat import ActionRepeat
from actions.action_rephrase import ActionRephrase
from actions.desk_search import serve_search
from actions.services import Services

ACTIONS: tuple[type[XiaoqiaoAction], ...] = (
    ActionAnswer,
    ActionClarify,
    ActionDecide,
    ActionHandoff,
    ActionQueryBalance,
    ActionQueryBill,
    ActionQueryDataUsage,
    ActionQuerySmsUsage,
    ActionQueryVoiceUsage,
    ActionRepeat,
    ActionRephrase,
)


class DomainlessExecutor(ActionExecutor):
    """No action reads the domain, so Rasa need not send it along with every call (`enable_selective_domain`)."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:
        """(see parent class for full docstring) Nothing is kept and nothing is missing."""
        return {}


def create_executor(services: Services) -> ActionExecutor:
    """All actions, sharing one set of services."""
    executor = DomainlessExecutor()
    for action in ACTIONS:
        executor.register_action(action(services))
    return executor


def create_server(services: Services, service_token: str) -> Sanic[Any, Any]:
    """The web application; it follows the knowledge files and closes the connections when it stops.

    Tracing stays off."""
    app: Sanic[Any, Any] = create_app(create_executor(services))

    async def close(_: Sanic[Any, Any]) -> None:
        await services.close()

    serve_search(app, services.library, service_token)
    app.register_listener(close, "after_server_stop")
    if services.knowledge is not None:
        app.add_task(services.library.follow(services.knowledge))
    return app
