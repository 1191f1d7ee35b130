"""`make replay` on the running product: every line has an outcome."""

import json
import subprocess
import sys

import pytest

from tools.run.settings import ROOT

VOICE = ROOT.parent / "shared" / "data" / "telecom_voice_dev.tsv"
LONG = "帮我看看这个月的话费" + "，我用了很多年" * 150
LINES = [
    "查话费",
    "转人工",
    "携号转网需要什么条件",
    "你好",
    "啊",
    "9" * 400,
    "😀😀",
    "？！。。。",
    "\x01\x02\x1b",
    "' OR 1=1; DROP TABLE users; --",
    LONG,
    "<script>alert(1)</script>",
    "/restart",
]


def replay(product, file, out) -> dict:
    command = [sys.executable, "-m", "tools.replay", str(file), "--url", product.url, "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return json.loads(out.read_text(encoding="utf-8"))


def test_awkward_lines(product, tmp_path):
    file = tmp_path / "lines.txt"
    file.write_text("\n".join(LINES), encoding="utf-8")
    report = replay(product, file, tmp_path / "out.json")
    assert [result["text"] for result in report["results"]] == LINES
    assert report["summary"]["errors"] == 0
    outcomes = {result["text"]: result["outcome"] for result in report["results"]}
    assert outcomes["转人工"] == "handoff"
    assert outcomes["携号转网需要什么条件"] == "answer"
    assert outcomes["你好"] == "smalltalk"
    for nothing_said in ("😀😀", "？！。。。", "\x01\x02\x1b"):
        assert outcomes[nothing_said] == "rephrase"
    replies = {result["text"]: result["reply"] for result in report["results"]}
    assert "只读了前 500 个字" in replies[LONG]
    assert [text for text, reply in replies.items() if "只读了前" in reply] == [LONG]


@pytest.mark.skipif(not VOICE.is_file(), reason="the shared measuring data is not here")
@pytest.mark.timeout(900)
def test_every_line_of_the_voice_data_has_an_outcome(product, tmp_path):
    report = replay(product, VOICE, tmp_path / "out.json")
    assert report["summary"]["lines"] == 400
    assert report["summary"]["errors"] == 0
