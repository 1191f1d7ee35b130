"""``make train``: train the assistant when anything it is made of has changed."""

import argparse
import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bot.encoder import Encoder, EncoderMissing
from tools.run.services import CURRENT_MODEL, RASA_PYTHON
from tools.run.settings import ROOT

INPUTS = ("config.yml", "domain.yml", "data/nlu", "data/rules", "data/jieba", "bot", "requirements/rasa.txt")
# What knowledge and decisions are made of is read when the product runs, not when it is trained.
NOT_TRAINED_ON = ("bot/knowledge", "bot/decision", "bot/evaluation")
KEPT_MODELS = 3
LAST_LINES = 25
STEP = re.compile(r"Starting to train component '(\w+)'")
ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TQDM_DISABLE": "1",  # its bars become thousands of lines in a log
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONPATH": str(ROOT),
}


def main() -> int:
    """Trains unless the current model was made of the same inputs; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make train", description=__doc__)
    parser.add_argument("--force", action="store_true", help="train even if nothing changed")
    force: bool = parser.parse_args().force
    try:
        name = f"xiaoqiao-{_fingerprint(Encoder.load().fingerprint)}"
    except EncoderMissing as e:
        print(f"train: {e}", file=sys.stderr)
        return 1
    model = CURRENT_MODEL.parent / f"{name}.tar.gz"
    if model.is_file() and not force:
        _make_current(model)
        print("train: the assistant is up to date")
        return 0
    return _train(model)


def _train(model: Path) -> int:
    print("train: training the assistant (a minute or two) …", flush=True)
    started = time.monotonic()
    output = ["--out", str(model.parent), "--fixed-model-name", model.name.removesuffix(".tar.gz")]
    command = [str(RASA_PYTHON), "-W", "ignore", "-m", "rasa", "train", *output]
    model.parent.mkdir(exist_ok=True)
    log = model.parent / "train.log"
    code = _run_with_progress(command, log)
    if code != 0 or not model.is_file():
        print("\n".join(log.read_text(encoding="utf-8").splitlines()[-LAST_LINES:]), file=sys.stderr)
        print(f"train: training failed, the model in use stays; the whole log: {log}", file=sys.stderr)
        return code or 1
    _make_current(model)
    _forget_old_models(model.parent)
    print(f"train: done in {time.monotonic() - started:.0f} s")
    return 0


def _run_with_progress(command: list[str], log: Path) -> int:
    """Runs Rasa's training, keeps all it says in ``log`` and shows its steps alone; returns the exit code."""
    environment = {**os.environ, **ENVIRONMENT}
    pipe = subprocess.PIPE
    with (
        log.open("w", encoding="utf-8") as kept,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as rasa,
    ):
        assert rasa.stdout is not None
        for line in rasa.stdout:
            kept.write(line)
            if step := STEP.search(line):
                print(f"train: {step.group(1)} …", flush=True)
    return rasa.returncode


def _make_current(model: Path) -> None:
    pointer = CURRENT_MODEL.with_suffix(".new")
    pointer.write_text(model.name + "\n", encoding="utf-8")
    pointer.replace(CURRENT_MODEL)


def _forget_old_models(folder: Path) -> None:
    by_age = sorted(folder.glob("xiaoqiao-*.tar.gz"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in by_age[KEPT_MODELS:]:
        file.unlink()


def _fingerprint(encoder: str) -> str:
    digest = hashlib.sha256(encoder.encode())
    for file in _input_files():
        digest.update(str(file.relative_to(ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _input_files() -> Iterator[Path]:
    for name in INPUTS:
        path = ROOT / name
        files = [path] if path.is_file() else sorted(path.rglob("*.yml")) + sorted(path.rglob("*.txt"))
        files += sorted(path.rglob("*.py")) if path.is_dir() else []
        for file in files:
            if not any(file.is_relative_to(ROOT / excluded) for excluded in NOT_TRAINED_ON):
                yield file


if __name__ == "__main__":
    sys.exit(main())
