"""The classifier inside Rasa: trained, stored, loaded, and calm about anything it is given."""

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.intent_classifier import HybridIntentClassifier, shared_encoder
from bot.nlu.jieba_tokenizer import TelecomTokenizer

TOKENIZER = TelecomTokenizer({}, None, None, "")
ENCODER = shared_encoder()

EXAMPLES = {
    "query_balance": ["查话费", "话费还剩多少", "我还有多少钱", "余额多少", "帮我看看余额", "我欠费了吗"],
    "query_data_usage": ["查流量", "流量还剩多少", "还有多少流量", "这个月流量用完了吗", "剩余流量", "帮我看看流量"],
    "transfer_human": ["转人工", "我要人工客服", "找个人跟我说", "人工服务", "接人工台", "叫你们客服来"],
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> LocalModelStorage:
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("model"))
    config = HybridIntentClassifier.get_default_config()
    classifier = HybridIntentClassifier(config, storage, Resource("component"), ENCODER)
    classifier.train(
        TrainingData(
            [
                message
                for intent, texts in EXAMPLES.items()
                for message in tokenized([Message({TEXT: text, INTENT: intent}) for text in texts])
            ]
        )
    )
    return storage


@pytest.fixture(scope="module")
def classifier(trained) -> HybridIntentClassifier:
    """As a new process would load it."""
    return HybridIntentClassifier.load({"ranking_length": 2}, trained, Resource("component"), None)


def tokenized(messages: list[Message]) -> list[Message]:
    TOKENIZER.process_training_data(TrainingData(messages))
    return messages


def classify(classifier: HybridIntentClassifier, text: str) -> Message:
    return classifier.process(tokenized([Message({TEXT: text})]))[0]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("呃我想查下話費", "query_balance"),
        ("流量流量还有没有", "query_data_usage"),
        ("给我转人工客服", "transfer_human"),
    ],
)
def test_a_loaded_model_understands(classifier, text, intent):
    assert classify(classifier, text).get(INTENT)["name"] == intent


def test_the_ranking_holds_the_best_intents_with_falling_probabilities(classifier):
    message = classify(classifier, "话费和流量还剩多少")
    ranking = message.get(INTENT_RANKING_KEY)
    assert len(ranking) == 2
    assert message.get(INTENT) == ranking[0]
    assert 1 >= ranking[0]["confidence"] >= ranking[1]["confidence"] > 0
    assert {INTENT, INTENT_RANKING_KEY} <= message.output_properties


@pytest.mark.parametrize("nothing", ["", "   ", "😀😀", "？！…", "\x00", "\u200b"])
def test_text_without_words_has_no_intent(classifier, nothing):
    message = classify(classifier, nothing)
    assert message.get(INTENT) == {"name": None, "confidence": 0.0}
    assert message.get(INTENT_RANKING_KEY) == []


def test_a_batch_keeps_its_order(classifier):
    texts = ["查话费", "😀", "转人工"]
    messages = classifier.process(tokenized([Message({TEXT: text}) for text in texts]))
    assert [message.get(INTENT)["name"] for message in messages] == ["query_balance", None, "transfer_human"]


def test_training_is_deterministic(trained, tmp_path):
    results = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        storage = LocalModelStorage.create(tmp_path / name)
        classifier = HybridIntentClassifier({}, storage, Resource("component"), ENCODER)
        messages = [Message({TEXT: t, INTENT: i}) for i, texts in EXAMPLES.items() for t in texts]
        classifier.train(TrainingData(tokenized(messages)))
        results.append(classify(classifier, "话费怎么查").get(INTENT_RANKING_KEY))
    assert results[0] == results[1]


@pytest.mark.parametrize("examples", [[], [Message({TEXT: "查话费", INTENT: "query_balance"})]])
def test_too_little_data_leaves_every_message_a_fallback(create, tmp_path, examples):
    storage = LocalModelStorage.create(tmp_path)
    classifier = HybridIntentClassifier({}, storage, Resource("component"), ENCODER)
    classifier.train(TrainingData(examples))
    assert classify(classifier, "查话费").get(INTENT) == {"name": None, "confidence": 0.0}


def test_a_model_that_was_never_stored_loads_untrained(tmp_path):
    storage = LocalModelStorage.create(tmp_path)
    classifier = HybridIntentClassifier.load({}, storage, Resource("component"), None)
    assert classify(classifier, "查话费").get(INTENT)["name"] is None
