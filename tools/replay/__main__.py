"""``python -m tools.replay``: replay utterances, show a live table, print a summary."""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tools.replay.customer import Replayer, SystemUnreachable
from tools.replay.results import Result, report, summarise
from tools.replay.utterances import UtterancesError, read_utterances

SHOWN_ROWS = 15


def main() -> int:
    """Replays a file; returns 0 when every line had an outcome, 1 otherwise."""
    arguments = _parse()
    try:
        utterances = read_utterances(arguments.file)
        results, seconds = asyncio.run(_replay(arguments.url, utterances, arguments.concurrency))
    except (UtterancesError, SystemUnreachable) as e:
        print(f"replay: {e}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("replay: stopped", file=sys.stderr)
        return 130
    summary = summarise(results, seconds)
    _print_summary(summary)
    if arguments.out:
        text = json.dumps(report(results, seconds), ensure_ascii=False, indent=2)
        arguments.out.write_text(text + "\n", encoding="utf-8")
    return 1 if summary["errors"] else 0


def _parse() -> argparse.Namespace:
    port = os.environ.get("XIAOQIAO_PORT", "8000")
    parser = argparse.ArgumentParser(
        prog="make replay", description="Send each utterance as a new customer to the running system (`make run`)."
    )
    parser.add_argument("file", type=Path, help="one utterance a line, or a .tsv whose first column holds them")
    parser.add_argument("--url", default=f"http://127.0.0.1:{port}", help="the handoff service (default: %(default)s)")
    parser.add_argument("--out", type=Path, help="write summary and all results as JSON")
    parser.add_argument("--concurrency", type=int, default=2, help="customers at a time (default: %(default)s)")
    return parser.parse_args()


async def _replay(url: str, utterances: Sequence[str], concurrency: int) -> tuple[list[Result], float]:
    replayer = Replayer(url)
    places = asyncio.Semaphore(max(1, concurrency))
    view = _View(len(utterances))

    async def one(text: str) -> Result:
        async with places:
            result = await replayer.replay(text)
        view.add(result)
        return result

    try:
        await replayer.require_running()
        started = time.monotonic()
        with view:
            results = await asyncio.gather(*(one(text) for text in utterances))
        return results, time.monotonic() - started
    finally:
        await replayer.close()


class _View:
    """The live table: the latest results and the progress; plain lines where the output is no terminal."""

    def __init__(self, total: int) -> None:
        self._console = Console(soft_wrap=True)
        self._progress = Progress(TextColumn("replay"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._task = self._progress.add_task("", total=total)
        self._latest: list[Result] = []
        self._live = Live(console=self._console, refresh_per_second=8, transient=True)

    def __enter__(self) -> None:
        if self._console.is_terminal:
            self._live.start()

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def add(self, result: Result) -> None:
        """Shows one more result."""
        self._progress.advance(self._task)
        self._latest = [*self._latest, result][-SHOWN_ROWS:]
        if self._console.is_terminal:
            self._live.update(Group(_table(self._latest), self._progress))
        else:
            print(
                f"{result.latency_ms:7.0f} ms  {result.outcome:<13} {result.detail:<34} {result.text[:40]}", flush=True
            )


def _table(results: Sequence[Result]) -> Table:
    table = Table("utterance", "outcome", "detail", "ms", expand=True)
    for result in results:
        table.add_row(result.text[:36], result.outcome, result.detail, f"{result.latency_ms:.0f}")
    return table


def _print_summary(summary: dict[str, Any]) -> None:
    console = Console()
    table = Table("outcome", "lines", "share", title=f"{summary['lines']} lines in {summary['seconds']} s")
    for name, count in summary["outcomes"].items():
        table.add_row(name, str(count), f"{count / summary['lines']:.1%}")
    console.print(table)
    if summary["handoff_reasons"]:
        console.print("handoffs: " + ", ".join(f"{name} {count}" for name, count in summary["handoff_reasons"].items()))
    latency = summary["latency_ms"]
    console.print(f"latency: p50 {latency['p50']} ms, p95 {latency['p95']} ms, p99 {latency['p99']} ms")
    console.print(f"errors: {summary['errors']}")


if __name__ == "__main__":
    sys.exit(main())
