"""No process logs a customer's number: not in words, values, nested values or tracebacks."""

import asyncio
import gc
import io
import json
import logging

import pytest
import structlog

from handoff import logs
from privacy.logs import mask_log_records

PHONE = "13800138000"
SAID = "what the customer said"


@pytest.fixture
def untouched_logging():
    """Logging as it was, afterwards."""
    root = logging.getLogger()
    before = logging.getLogRecordFactory(), root.handlers[:], root.level
    yield
    logging.setLogRecordFactory(before[0])
    root.handlers[:] = before[1]
    root.setLevel(before[2])
    structlog.reset_defaults()


@pytest.fixture
def written(untouched_logging, monkeypatch) -> io.StringIO:
    """What the service writes to standard error."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure("info")
    return stream


def failing() -> None:
    raise ValueError(f"no bill of {PHONE}")


def test_the_service_masks_words_nested_values_and_exceptions(written):
    log = structlog.get_logger("handoff.test")
    log.info(f"call {PHONE}", phone=PHONE, slots={"phone": PHONE, "list": [PHONE, {"card": "9913800138000"}]})
    log.warning("failed", error=ValueError(PHONE), pair=(PHONE, 1), number=7, conversation_id="c_13800138000")
    try:
        failing()
    except ValueError:
        log.exception("crashed")
        logging.getLogger("library").exception("of %s", PHONE)
    text = written.getvalue()
    assert text.count("\n") == 4
    assert PHONE not in text.replace("c_13800138000", "")
    assert "991****8000" in text
    assert '"number": 7' in text
    assert "c_13800138000" in text
    assert "no bill of 138" not in text


@pytest.mark.parametrize("name", ["handoff.test", "uvicorn.error"])
def test_of_an_error_the_service_writes_kind_and_place_and_no_text(written, name):
    def failing_together() -> None:
        try:
            failing()
        except ValueError as error:
            raise ExceptionGroup(SAID, [error]) from error

    log = structlog.get_logger(name) if name == "handoff.test" else logging.getLogger(name)
    try:
        failing_together()
    except ExceptionGroup:
        log.exception("crashed")
    line = json.loads(written.getvalue())
    assert (line["event"], line["error"], line["cause"]) == ("crashed", "ExceptionGroup", "ValueError")
    assert "in failing_together\n" in line["where"]
    assert "in failing\n" in line["cause_where"]
    assert SAID not in str(line)
    assert "no bill of 138" not in str(line)


def test_of_a_task_nobody_waited_for_too(written):
    """Python itself writes the task with all it came to."""

    async def fails() -> None:
        raise ValueError(SAID)

    async def forgets() -> None:
        task = asyncio.create_task(fails(), name="forgotten")
        await asyncio.sleep(0)
        del task
        gc.collect()

    asyncio.run(forgets())
    line = json.loads(written.getvalue())
    assert (line["event"], line["error"]) == ("Task exception was never retrieved", "ValueError")
    assert SAID not in str(line)


def test_standard_loggers_are_masked(untouched_logging):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    logger = logging.getLogger("actions.test")
    logger.addHandler(handler)
    mask_log_records()
    factory = logging.getLogRecordFactory()
    mask_log_records()
    assert logging.getLogRecordFactory() is factory
    try:
        logger.warning("slots %s of %s", {"phone": PHONE}, PHONE)
        try:
            failing()
        except ValueError:
            logger.exception("crashed")
    finally:
        logger.removeHandler(handler)
    text = stream.getvalue()
    assert PHONE not in text
    assert "slots {'phone': '138****8000'} of 138****8000" in text
    assert "ValueError: no bill of 138****8000" in text
    assert "Traceback" in text
