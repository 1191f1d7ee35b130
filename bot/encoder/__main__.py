"""``python -m bot.encoder``: export the configured sentence encoder, once."""

import argparse
import logging
import os
import sys
import time

from bot.encoder.errors import EncoderError
from bot.encoder.location import SETTING, configured_model, export_folder


def main() -> int:
    """Exports the encoder unless that was done; returns the exit code."""
    parser = argparse.ArgumentParser(description="Export the sentence encoder to ONNX (done once, about a minute).")
    parser.add_argument("--model", default=configured_model(), help=f"default: {SETTING}, else the bundled model")
    model: str = parser.parse_args().model
    if (export_folder(model) / "encoder.json").is_file():
        print(f"encoder ready: {model}")
        return 0
    print("encoder: opening PyTorch …", flush=True)
    started = time.monotonic()
    _hush_libraries()
    from bot.encoder.export import export  # takes seconds to import, and most runs have nothing to export

    try:
        export(model, say=lambda text: print(f"encoder: {text}", flush=True))
    except EncoderError as e:
        print(f"encoder: {e}", file=sys.stderr)
        return 1
    print(f"encoder ready: {model} ({time.monotonic() - started:.0f} s)")
    return 0


def _hush_libraries() -> None:
    """Leaves out what the libraries say of their own insides; errors still come through."""
    os.environ["TRANSFORMERS_VERBOSITY"] = "error"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    os.environ["TQDM_DISABLE"] = "1"
    logging.disable(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main())
