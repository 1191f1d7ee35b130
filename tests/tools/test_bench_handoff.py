"""`make bench-handoff` in short: it ends, and the thousandth message costs what the tenth costs."""

import asyncio

import pytest

from tools.bench_handoff import EARLY, LATE, WRITERS, measure

TRIES = 2  # one disturbed measurement on a busy machine is no finding; a cost that grows fails every time


@pytest.mark.alone
def test_message_1000_costs_what_message_10_costs():
    for _ in range(TRIES):
        figures = asyncio.run(measure(1, 101, 1.0, 100))
        assert figures["messages_per_second"] > WRITERS  # nobody stood still
        assert 0 < figures["enqueue_to_claim_p50_ms"] <= figures["enqueue_to_claim_p99_ms"]
        assert figures[f"message_{EARLY}_ms"] > 0
        assert figures[f"message_{LATE}_ms"] > 0
        if figures["cost_of_length"] <= 1.2:
            return
    raise AssertionError(figures)
