"""A page about an evaluation, for the trainers: one HTML file that needs nothing else."""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from bot.evaluation.measures import Judged, confusions
from bot.evaluation.plots import unit_plot

_STYLE = """
body{font:15px/1.6 system-ui,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:2rem auto;
max-width:72rem;padding:0 1rem;color:#1d2733}
table{border-collapse:collapse;margin:.5rem 0}
th,td{padding:.2rem .6rem;border-bottom:1px solid #dde3ea;text-align:right}
th:first-child,td:first-child{text-align:left}.matrix{font-size:12px}.matrix td{padding:.15rem .3rem;text-align:center}
.matrix th{padding:.15rem .3rem}.matrix thead th{writing-mode:vertical-rl;text-align:left}
.right{background:#d8f0dd}.wrong{background:#fbdcd7}figure{display:inline-block;margin:0 1rem 1rem 0}
svg text{font-size:11px;fill:#4a5866}
.grid{stroke:#e4e9ef;fill:none}.diagonal{stroke:#9aa7b4;stroke-dasharray:4;fill:none}
.curve{stroke:#1f6feb;stroke-width:2;fill:none}circle{fill:#1f6feb}.scroll{overflow-x:auto}
"""
_NAMES = {
    "n": "条数",
    "accuracy": "准确率",
    "accuracy_clear": "准确率（只看听得懂的）",
    "macro_f1": "宏平均 F1",
    "unclear_recall": "“听不懂”的召回率",
    "unclear_precision": "“听不懂”的精确率",
    "expected_calibration_error": "置信度校准误差（ECE）",
    "train_seconds": "训练用时（秒）",
    "parse_ms_p50": "每条理解用时中位数（毫秒）",
    "parse_ms_p95": "每条理解用时 95 分位（毫秒）",
}
_WORST = 25
_TEXTS_EACH = 6


def render(title: str, figures: Mapping[str, Any], judged: Sequence[Judged]) -> str:
    """The page as HTML; `figures` is what `measures.summary` gave, with more if there is more."""
    sections = [
        f"<h1>{escape(title)}</h1>",
        _figures_table(figures),
        "<h2>置信度可信吗，拒绝的代价是什么</h2>",
        _plots(figures),
        "<h2>最常见的误判</h2>",
        _worst(judged),
        "<h2>各标签</h2>",
        _labels(figures["per_label"]),
        "<h2>混淆矩阵</h2><p>行是标注，列是判断。</p>",
        _matrix(judged),
    ]
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(sections)}</body></html>\n"
    )


def _figures_table(figures: Mapping[str, Any]) -> str:
    rows = []
    for key, name in _NAMES.items():
        if key in figures:
            value = figures[key]
            counted = isinstance(value, int)
            shown = f"{value}" if counted else f"{value:.1f}" if key.startswith(("train", "parse")) else f"{value:.2%}"
            rows.append(f"<tr><td>{name}</td><td>{shown}</td></tr>")
    if human := figures.get("transfer_human"):
        rows.append(f"<tr><td>转人工：召回率</td><td>{human['recall']:.2%}</td></tr>")
        rows.append(f"<tr><td>转人工：误报率</td><td>{human['false_alarms']:.2%}</td></tr>")
    return f"<table>{''.join(rows)}</table>"


def _plots(figures: Mapping[str, Any]) -> str:
    reliability = [(b["confidence"], b["accuracy"]) for b in figures["reliability"]]
    risk = [(p["coverage"], p["risk"]) for p in figures["risk_coverage"]]
    highest = max((r for _, r in risk), default=0.0)
    scale = min(1.0, max(0.1, -(-highest // 0.1) * 0.1))
    return (
        f"<figure>{unit_plot(reliability, '置信度', '实际准确率', diagonal=True)}"
        "<figcaption>点在虚线上：说几成把握就有几成对。</figcaption></figure>"
        f"<figure>{unit_plot(risk, '按把握从大到小，处理其中多少', '其中判错的比例', y_maximum=scale)}"
        "<figcaption>只处理最有把握的一部分时，会错多少。</figcaption></figure>"
    )


def _worst(judged: Sequence[Judged]) -> str:
    rows = []
    for truth, label, mistakes in confusions(judged)[:_WORST]:
        texts = "；".join(f"{escape(m.gold.text)}（{m.prediction.confidence:.0%}）" for m in mistakes[:_TEXTS_EACH])
        rows.append(
            f"<tr><td>{escape(truth)} → {escape(label)}</td><td>{len(mistakes)}</td>"
            f'<td style="text-align:left">{texts}</td></tr>'
        )
    head = "<tr><th>标注 → 判断</th><th>次数</th><th style='text-align:left'>例子（置信度）</th></tr>"
    return f"<table><thead>{head}</thead>{''.join(rows)}</table>"


def _labels(table: Mapping[str, Mapping[str, float]]) -> str:
    rows = "".join(
        f"<tr><td>{escape(label)}</td><td>{row['precision']:.1%}</td><td>{row['recall']:.1%}</td>"
        f"<td>{row['f1']:.1%}</td><td>{row['support']}</td></tr>"
        for label, row in table.items()
    )
    head = "<tr><th>标签</th><th>精确率</th><th>召回率</th><th>F1</th><th>条数</th></tr>"
    return f"<table><thead>{head}</thead>{rows}</table>"


def _matrix(judged: Sequence[Judged]) -> str:
    counts = Counter((j.truth, j.prediction.label) for j in judged)
    labels = sorted({label for pair in counts for label in pair})
    head = "".join(f"<th>{escape(label)}</th>" for label in labels)
    rows = []
    for truth in labels:
        cells = []
        for label in labels:
            count = counts[truth, label]
            style = "" if not count else ' class="right"' if truth == label else ' class="wrong"'
            cells.append(f"<td{style}>{count or ''}</td>")
        rows.append(f"<tr><th>{escape(truth)}</th>{''.join(cells)}</tr>")
    table = f'<table class="matrix"><thead><tr><th></th>{head}</tr></thead>{"".join(rows)}</table>'
    return f'<div class="scroll">{table}</div>'
