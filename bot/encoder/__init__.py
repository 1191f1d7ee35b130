"""The sentence encoder: one exported model, run the same in both environments."""

from bot.encoder.errors import EncoderError, EncoderMissing
from bot.encoder.runtime import Encoder, Kind, Vectors

__all__ = ["Encoder", "EncoderError", "EncoderMissing", "Kind", "Vectors"]
