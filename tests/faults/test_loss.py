"""The short form of the loss test; `make test-faults` plays the long one."""

import pytest

from tools.faults.__main__ import report
from tools.faults.drama import run
from tools.faults.scale import SHORT

SEED = 20240607


@pytest.mark.timeout(400)
async def test_nothing_is_lost_while_processes_are_killed(tmp_path):
    outcome = await run(SHORT, SEED, tmp_path, say=print)
    print(report(outcome))
    assert outcome.finished_customers == SHORT.customers
    assert len(outcome.faults) == sum(SHORT.kills.values())
    assert set(outcome.mishaps) == {"answer lost", "sent twice", "socket cut"}
    assert min(outcome.texts_by_third) >= SHORT.customers  # every kill met traffic
    assert outcome.verdict.is_clean, report(outcome)
