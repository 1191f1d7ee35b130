"""`python -m actions`: start the action server."""

from __future__ import annotations

import argparse
import logging
import sys

from actions.server import create_server
from actions.services import Services
from actions.settings import Settings, SettingsError
from bot.decision import IntentError, ThresholdError
from bot.encoder import EncoderError
from bot.knowledge import KnowledgeError
from privacy.logs import mask_log_records

_SETTINGS = (
    "Settings are environment variables: XIAOQIAO_SERVICE_TOKEN (required), XIAOQIAO_HOST, XIAOQIAO_ACTIONS_PORT, "
    "XIAOQIAO_OPERATOR_URL, XIAOQIAO_HANDOFF_URL; docs/architecture.md says what each one means."
)


def main() -> int:
    """Load everything once, then serve until interrupted; returns the exit code."""
    argparse.ArgumentParser(prog="python -m actions", description=__doc__, epilog=_SETTINGS).parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    mask_log_records()
    for chatty in ("httpx", "rasa_sdk", "sanic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        settings = Settings.from_environment()
        services = Services.load(settings)
    except (SettingsError, EncoderError, KnowledgeError, ThresholdError, IntentError) as e:
        print(f"actions: {e}", file=sys.stderr)
        return 1
    services.warm_up()
    app = create_server(services, settings.service_token)
    logging.getLogger("actions").info("action server on http://%s:%d", settings.host, settings.port)
    # One process: a second one would hold the knowledge base a second time, and Rasa calls one action at a time.
    app.run(host=settings.host, port=settings.port, single_process=True, access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
