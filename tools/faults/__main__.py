"""``python -m tools.faults``: a fault run, with its figures."""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tools.faults.drama import Outcome, run
from tools.faults.scale import FULL, SHORT
from tools.run.services import ModelMissing

KINDS = (
    "lost",
    "duplicated",
    "reordered",
    "bot_spoke_after_handoff",
    "unserved",
    "misplaced",
    "claimed_twice",
    "stream_faults",
)


def main() -> int:
    """Plays a run; returns 0 when nothing was lost, doubled or misplaced, and everybody was served."""
    parser = argparse.ArgumentParser(prog="make test-faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="repeat a run (default: a new one)")
    parser.add_argument("--short", action="store_true", help="the small run that `make test` includes")
    arguments = parser.parse_args()
    scale = SHORT if arguments.short else FULL
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - started:6.1f} s  {text}", flush=True)

    print(
        f"seed {arguments.seed}: {scale.customers} customers, {scale.agents} agents, {sum(scale.kills.values())} kills"
    )
    try:
        with tempfile.TemporaryDirectory(prefix="xiaoqiao-faults-") as folder:
            outcome = asyncio.run(run(scale, arguments.seed, Path(folder), say))
    except ModelMissing as e:
        print(f"test-faults: {e}", file=sys.stderr)
        return 1
    print(report(outcome))
    return 0 if outcome.verdict.is_clean and outcome.finished_customers == scale.customers else 1


def report(outcome: Outcome) -> str:
    """The figures of a run, and the evidence of whatever went wrong."""
    verdict = outcome.verdict
    recovery = np.array([fault.recovery_s for fault in outcome.faults] or [0.0])
    by_name = {
        name: sum(fault.name == name for fault in outcome.faults) for name in sorted({f.name for f in outcome.faults})
    }
    lines = [
        f"faults injected   {len(outcome.faults) + outcome.mishaps.total()}",
        f"  processes killed  {len(outcome.faults)}  {by_name}",
        *(f"  {kind:<17} {count}" for kind, count in sorted(outcome.mishaps.items())),
        f"customers served  {outcome.finished_customers} in {outcome.visits} visits",
        f"customers' texts   {outcome.texts_by_third} in the thirds of the time in which processes were killed",
        f"messages sent     {outcome.texts}; looked for in {verdict.compared} places",
        *(f"{kind.replace('_', ' '):<25} {getattr(verdict, kind)}" for kind in KINDS),
        f"recovery          p50 {np.percentile(recovery, 50):.1f} s, p95 {np.percentile(recovery, 95):.1f} s",
        f"took              {outcome.seconds:.0f} s",
        *verdict.notes[:20],
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
