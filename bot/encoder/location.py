"""Where the encoder comes from and where its export lies.

One setting, ``XIAOQIAO_ENCODER``, names the model: ``bundled`` (multilingual-e5-small, the default), the name of a
sentence-transformers model, or the folder of one. Whatever it is, it is exported once to ONNX into a folder of its own
under ``.cache/encoder``, and both Python environments run that export.
"""

import hashlib
import os
import re
from pathlib import Path

BUNDLED = "bundled"
SETTING = "XIAOQIAO_ENCODER"
ROOT = Path(__file__).resolve().parents[2]

# Raised when the exported files change shape, so that old exports are made anew.
EXPORT_VERSION = 2


def configured_model() -> str:
    """The model named by the setting; ``bundled`` when it is unset or blank."""
    return os.environ.get(SETTING, "").strip() or BUNDLED


def export_folder(model: str) -> Path:
    """The folder that holds (or will hold) the export of ``model``: a readable slug and a hash of the whole name."""
    slug = re.sub(r"[^A-Za-z0-9.-]+", "-", Path(model).name).strip("-") or "model"
    digest = hashlib.sha256(f"{EXPORT_VERSION}:{model}".encode()).hexdigest()[:8]
    return ROOT / ".cache" / "encoder" / f"{slug}-{digest}"
