"""Runs in the Rasa environment: the trained model's understanding of many texts.

Reads a JSON list of texts on standard input and writes a JSON list, one `{"ranking": [[intent, confidence], ...],
"entities": [...]}` a text.
"""

import asyncio
import json
import sys
from typing import Any

from tools.evaluate.pipeline import NoModel, current_model

RANKING_KEPT = 10


async def _parse(texts: list[str]) -> list[dict[str, Any]]:
    from rasa.core.agent import Agent

    agent = Agent.load(str(current_model()))
    parsed = [await agent.parse_message(text) for text in texts]
    return [
        {
            "ranking": [(i["name"], float(i["confidence"])) for i in message["intent_ranking"][:RANKING_KEPT]],
            "entities": [
                {key: entity.get(key) for key in ("entity", "value", "start", "end")} for entity in message["entities"]
            ],
        }
        for message in parsed
    ]


def main() -> int:
    """Returns the exit code; the result goes to standard output, complaints to standard error."""
    try:
        understood = asyncio.run(_parse(json.load(sys.stdin)))
    except NoModel as e:
        print(e, file=sys.stderr)
        return 1
    json.dump(understood, sys.stdout, ensure_ascii=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
