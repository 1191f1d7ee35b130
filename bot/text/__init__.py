"""Text normalisation, used wherever text is compared: understanding, knowledge search, evaluation."""

from bot.text.normalize import LENGTH_LIMIT, Normalized, normalize

__all__ = ["LENGTH_LIMIT", "Normalized", "normalize"]
