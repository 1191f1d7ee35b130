"""``make evaluate-assistant``, ``make evaluate-intents``, ``make cross-validate``."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.encoder import EncoderError
from bot.evaluation.labelled import Gold, LabelledFileError, LabelMapping, read_examples, read_gold
from bot.evaluation.measures import Judged, judge, summary
from bot.evaluation.report import render

RESULTS = Path("results")
FOLDS = 5
SEED = 20240601


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one evaluation; returns the exit code (2: the input cannot be used)."""
    options = _parser().parse_args(arguments)
    # Rasa is imported late: a wrong file name should not cost ten seconds.
    try:
        if options.command == "assistant":
            figures, judged = assistant(_existing(options.test))
        elif options.command == "intents":
            figures, judged = intents(_existing(options.train), _existing(options.test))
        else:
            figures, judged = cross_validate(options.folds)
    except (LabelledFileError, EncoderError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2
    _publish(options.command, figures, judged, options.out)
    return 0


def assistant(test: Path) -> tuple[dict[str, Any], list[Judged]]:
    """The shipped model on a labelled file (columns text, label, also)."""
    golds = read_gold(test)
    mapping = LabelMapping.load()
    from tools.evaluate.pipeline import NoModel, Understanding, current_model

    try:
        model = current_model()
    except NoModel as error:
        raise LabelledFileError(str(error)) from error
    understanding = Understanding(model, mapping)
    judged = judge(golds, understanding.predict([gold.text for gold in golds], _progress))
    return _with_times(summary(judged), understanding) | {"model": model.name}, judged


def intents(train: Path, test: Path) -> tuple[dict[str, Any], list[Judged]]:
    """The pipeline trained on one file alone (columns text, intent), tested on the other."""
    examples = [example for example in read_examples(train) if example.text.strip()]
    golds = read_examples(test)
    from tools.evaluate.pipeline import trained

    print(f"training on {len(examples)} examples …", flush=True)
    with trained(examples) as (model, seconds):
        print(f"trained in {seconds:.1f} s", flush=True)
        figures, judged = _tested(model, golds)
    return figures | {"train_seconds": seconds}, judged


def cross_validate(folds: int = FOLDS) -> tuple[dict[str, Any], list[Judged]]:
    """Our own NLU data: every example is judged by a model that was trained without its fold."""
    from sklearn.model_selection import StratifiedKFold

    from tools.evaluate.pipeline import own_examples, trained

    # An example in two files would be trained on and tested with.
    examples = list(dict.fromkeys(own_examples()))
    judged: list[Judged] = []
    accuracies, seconds_all = [], []
    splitter = StratifiedKFold(n_splits=folds, shuffle=True, random_state=SEED)
    for number, (known, unknown) in enumerate(splitter.split(examples, [e.label for e in examples]), start=1):
        print(f"fold {number} of {folds}: training on {len(known)} examples …", flush=True)
        with trained([examples[i] for i in known]) as (model, seconds):
            figures, fold = _tested(model, [examples[i] for i in unknown])
        print(f"fold {number} of {folds}: accuracy {figures['accuracy']:.2%}", flush=True)
        accuracies.append(figures["accuracy"])
        seconds_all.append(seconds)
        judged += fold
    return summary(judged) | {"folds": accuracies, "train_seconds": sum(seconds_all) / folds}, judged


def _tested(model: Path, golds: Sequence[Gold]) -> tuple[dict[str, Any], list[Judged]]:
    from tools.evaluate.pipeline import Understanding

    mapping = LabelMapping.load()
    # Data that knows no "unclear" wants an intent for every text.
    keeps_fallback = any(gold.label == mapping.label(None) for gold in golds)
    understanding = Understanding(model, mapping, keep_fallback=keeps_fallback)
    judged = judge(golds, understanding.predict([gold.text for gold in golds], _progress))
    return _with_times(summary(judged), understanding), judged


def _with_times(figures: dict[str, Any], understanding: Any) -> dict[str, Any]:
    return figures | {"parse_ms_p50": understanding.parse_ms_p50, "parse_ms_p95": understanding.parse_ms_p95}


def _existing(name: str) -> Path:
    path = Path(name)
    if not name or not path.is_file():
        raise LabelledFileError(f"{name or 'the file name'}: there is no such file")
    return path


def _progress(done: int, total: int) -> None:
    if sys.stdout.isatty():
        print(f"\r{done} of {total}", end="\n" if done == total else "", flush=True)
    elif done % 500 == 0 or done == total:
        print(f"{done} of {total}", flush=True)


def _publish(command: str, figures: dict[str, Any], judged: Sequence[Judged], out: str | None) -> None:
    RESULTS.mkdir(exist_ok=True)
    page = RESULTS / f"evaluate-{command}.html"
    titles = {"assistant": "小桥的理解能力", "intents": "理解流水线：外部数据", "cross-validate": "交叉验证"}
    page.write_text(render(titles[command], figures, judged), encoding="utf-8")
    if out:
        Path(out).parent.mkdir(parents=True, exist_ok=True)
        Path(out).write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for key, value in figures.items():
        if isinstance(value, float):
            print(f"{key:28} {value:10.4f}")
        elif isinstance(value, int):
            print(f"{key:28} {value:10}")
        elif key == "transfer_human":
            print(f"{'transfer_human recall':28} {value['recall']:10.4f}")
            print(f"{'transfer_human false alarms':28} {value['false_alarms']:10.4f}")
    print(f"report: {page}" + (f", figures: {out}" if out else ""))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools.evaluate", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    assistant_parser = commands.add_parser("assistant", help="the trained assistant on a labelled file")
    assistant_parser.add_argument("--test", required=True, help="columns text, label and (optional) also")
    intents_parser = commands.add_parser("intents", help="train the pipeline on one file, test on another")
    intents_parser.add_argument("--train", required=True, help="columns text, intent")
    intents_parser.add_argument("--test", required=True, help="columns text, intent")
    folds_parser = commands.add_parser("cross-validate", help="stratified folds of our own NLU data")
    folds_parser.add_argument("--folds", type=int, default=FOLDS)
    for each in (assistant_parser, intents_parser, folds_parser):
        each.add_argument("--out", help="write the figures as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
