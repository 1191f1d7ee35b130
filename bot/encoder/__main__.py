"""``python -m bot.encoder``: export the configured sentence encoder, once."""

import argparse
import sys
import time

from bot.encoder.errors import EncoderError
from bot.encoder.export import export
from bot.encoder.location import SETTING, configured_model, export_folder


def main() -> int:
    """Exports the encoder unless that was done; returns the exit code."""
    parser = argparse.ArgumentParser(description="Export the sentence encoder to ONNX (done once, about a minute).")
    parser.add_argument("--model", default=configured_model(), help=f"default: {SETTING}, else the bundled model")
    model: str = parser.parse_args().model
    if (export_folder(model) / "encoder.json").is_file():
        print(f"encoder ready: {model}")
        return 0
    started = time.monotonic()
    try:
        export(model, say=lambda text: print(f"encoder: {text}", flush=True))
    except EncoderError as e:
        print(f"encoder: {e}", file=sys.stderr)
        return 1
    print(f"encoder ready: {model} ({time.monotonic() - started:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
