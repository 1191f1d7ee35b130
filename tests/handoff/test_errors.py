"""Errors are made where they are raised."""

import importlib
import pkgutil

import handoff


def test_no_error_waits_to_be_raised_again_and_again():
    """One that does would keep, for ever, everything that everybody held who raised it: frames, bodies, sockets."""
    kept = []
    for info in pkgutil.walk_packages(handoff.__path__, "handoff."):
        if info.name != "handoff.__main__":
            module = importlib.import_module(info.name)
            kept += [f"{info.name}.{name}" for name, value in vars(module).items() if isinstance(value, Exception)]
    assert kept == []
