"""The trainers' NLU files: complete, free of contradictions, and free of the data we measure with."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

from bot.text import normalize

ROOT = Path(__file__).parents[2]
NLU_FILES = sorted((ROOT / "data/nlu").glob("*.yml"))
MEASURING = ROOT.parent / "shared/data"

# Labels of the measuring data, and how many examples each must at least have.
MINIMUM = {
    **dict.fromkeys(["query_balance", "query_bill", "query_data_usage", "cancel_service", "report_fault"], 250),
    **dict.fromkeys(["query_plan", "query_plan_fee", "query_services", "query_recharge", "broadband"], 200),
    **dict.fromkeys(["recharge", "transfer_human", "change_plan", "buy_data_pack", "goodbye"], 120),
    **dict.fromkeys(["query_number", "query_points", "query_voice_usage", "query_sms_usage", "password"], 90),
    **dict.fromkeys(["complaint", "abuse", "repeat", "bot_challenge", "chitchat", "help", "deny", "affirm"], 80),
    **dict.fromkeys(["go_back", "greet", "thank"], 60),
    "other_telecom": 600,
    "unclear": 1000,
}
# 查话费, 转人工, 没有了: phrases so short that everybody says them in the same words.
SHORT = 5


def read_examples() -> list[tuple[str, str, Path]]:
    """(text, intent, file) of every example, as Rasa will read it."""
    examples = []
    for file in NLU_FILES:
        for item in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in item["examples"].splitlines() if "intent" in item else ():
                assert line.startswith("- "), f"{file.name}: {line!r} is not an example"
                examples.append((line[2:], item["intent"], file))
    return examples


EXAMPLES = read_examples()


def test_every_label_has_enough_examples() -> None:
    counts = Counter(intent for _, intent, _ in EXAMPLES)
    assert counts.keys() == MINIMUM.keys()
    assert {intent: counts[intent] for intent, least in MINIMUM.items() if counts[intent] < least} == {}


def test_the_intents_are_those_of_the_domain() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    named = {name if isinstance(name, str) else next(iter(name)) for name in domain["intents"]}
    assert named - {"choose_article", "nlu_fallback"} == MINIMUM.keys()


def test_an_intent_lives_in_one_file() -> None:
    files = defaultdict(set)
    for _, intent, file in EXAMPLES:
        files[intent].add(file.name)
    assert {intent: names for intent, names in files.items() if len(names) > 1} == {}


def test_no_example_is_there_twice() -> None:
    counts = Counter(text for text, _, _ in EXAMPLES)
    assert [text for text, count in counts.items() if count > 1] == []


def test_no_two_intents_claim_the_same_words() -> None:
    """Compared as the classifier sees them: after fillers, stutter and punctuation are gone."""
    intents = defaultdict(set)
    for text, intent, _ in EXAMPLES:
        intents[normalize(text).text].add(intent)
    assert {text: sorted(names) for text, names in intents.items() if len(names) > 1} == {}


def test_every_example_says_something() -> None:
    assert [text for text, _, _ in EXAMPLES if text != text.strip() or not normalize(text).text] == []


def test_examples_carry_no_annotations() -> None:
    """Entities are found by rules; brackets would be read by Rasa as entity markup."""
    assert [text for text, _, _ in EXAMPLES if set(text) & set("[](){}")] == []


@pytest.mark.parametrize("file", NLU_FILES, ids=lambda file: file.name)
def test_every_intent_is_explained_to_trainers(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    heads = [number for number, line in enumerate(lines) if line.lstrip().startswith("- intent:")]
    assert [lines[number] for number in heads if not lines[number - 1].lstrip().startswith("#")] == []


def test_every_intent_is_in_the_labelling_guide() -> None:
    guide = (ROOT / "docs/trainer-labels.md").read_text(encoding="utf-8")
    assert [intent for intent in MINIMUM if f"`{intent}`" not in guide] == []


@pytest.mark.skipif(not MEASURING.is_dir(), reason="the measuring data is not on this machine")
def test_no_example_is_a_line_we_measure_with() -> None:
    developed = (MEASURING / "telecom_voice_dev.tsv").read_text(encoding="utf-8").splitlines()[1:]
    unlabelled = (MEASURING / "telecom_voice_unlabelled.txt").read_text(encoding="utf-8").splitlines()
    measured = {line.split("\t")[0] for line in developed} | {line.strip() for line in unlabelled}
    assert measured, "the measuring data is empty"
    assert [text for text, _, _ in EXAMPLES if text in measured and len(text) > SHORT] == []
