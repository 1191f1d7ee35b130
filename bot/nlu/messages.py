"""Reading Rasa's messages the way all our components do."""

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.text import Normalized, normalize


def normalized_text(message: Message, attribute: str = TEXT) -> Normalized:
    """The normalised form of a message's text; empty when the message has none.

    `normalize` remembers recent texts, so that components of one pipeline share the work.
    """
    text = message.get(attribute)
    return normalize(text if isinstance(text, str) else "")
