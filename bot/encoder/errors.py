"""Errors of the encoder.

EncoderError
└── EncoderMissing     the exported model is not there yet
"""


class EncoderError(Exception):
    """Base of all errors of the encoder; its text tells a person what to do."""


class EncoderMissing(EncoderError):
    """The encoder's exported folder does not exist or is incomplete."""
