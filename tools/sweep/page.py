"""The page on which a person chooses: curves, tables, and the messages that went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import islice

from bot.evaluation.plots import unit_plot
from tools.sweep.curves import Measure, Point, Sweep
from tools.sweep.verdict import Verdict

WRONG_SHOWN = 60
NAMES = {
    Verdict.RIGHT: "办对了",
    Verdict.WRONG: "答错了",
    Verdict.NEEDLESS_HANDOFF: "不必要的转人工",
    Verdict.MISSED_HANDOFF: "该转人工没转",
    Verdict.ASKED_WELL: "追问，选项有用",
    Verdict.ASKED_BADLY: "追问，没有对的选项",
    Verdict.UNJUDGED: "给了知识，标注判不了",
}
STYLE = """
body{font:15px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:1100px;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:right}
th:first-child,td:first-child{text-align:left}.row{display:flex;flex-wrap:wrap;gap:1rem}.best{background:#e6f4ea}
.now{outline:2px solid #1a73e8}svg .grid{stroke:#e5e5e5;fill:none}svg .curve{stroke:#1a73e8;stroke-width:2;fill:none}
svg circle{fill:#1a73e8}svg .diagonal{stroke:#aaa;stroke-dasharray:4;fill:none}svg text{font-size:12px;fill:#444}
figure{margin:0}figcaption{text-align:center}
"""


def render(
    source: str, measure: Measure, now: Point, cheapest: Point, trade_off: Sequence[Point], sweeps: Sequence[Sweep]
) -> str:
    """The whole page as HTML. `trade_off` are points over task and answer thresholds together."""
    costs = measure.costs
    parts = [
        f"<!doctype html><html lang=zh-CN><meta charset=utf-8><title>阈值权衡</title><style>{STYLE}</style>",
        f"<h1>阈值权衡</h1><p>数据：{escape(source)}，{len(measure.messages)} 条，每条只看第一轮。"
        f"代价：答错 {costs.wrong:g}，不必要的转人工 {costs.needless_handoff:g}，该转没转 {costs.missed_handoff:g}，"
        f"追问 {costs.question:g}；追问而没有对的选项，客户再说一遍还是不懂就会转人工，所以再加上转人工的代价。"
        "转人工率也按这个算。</p>",
        _comparison(now, cheapest),
        "<h2>权衡曲线</h2><p>每个点是一组 task 与 answer 阈值：往右走，自己办的更多，答错的也更多。</p>",
        "<div class=row>",
        _figure(trade_off, "覆盖率（直接办理的比例）", "答错率", lambda p: (p.coverage, p.wrong_rate)),
        _figure(trade_off, "转人工率", "答错率", lambda p: (p.handoff_rate, p.wrong_rate)),
        "</div><h2>逐个阈值</h2><p>其余阈值取现在的值。绿色：代价最低的一段的中点；蓝框：现在的值。</p>",
    ]
    parts += [_sweep(sweep, now) for sweep in sweeps]
    parts.append(_mistakes(measure, now))
    return "\n".join(parts) + "</html>"


def _comparison(now: Point, cheapest: Point) -> str:
    rows = [
        ("答错率", f"{now.wrong_rate:.1%}", f"{cheapest.wrong_rate:.1%}"),
        ("转人工率", f"{now.handoff_rate:.1%}", f"{cheapest.handoff_rate:.1%}"),
        ("覆盖率", f"{now.coverage:.1%}", f"{cheapest.coverage:.1%}"),
        ("每条代价", f"{now.cost:.3f}", f"{cheapest.cost:.3f}"),
    ]
    rows += [(NAMES[v], str(now.verdicts[v]), str(cheapest.verdicts[v])) for v in Verdict]
    moved = [
        (name, f"{value:g}", f"{getattr(cheapest.thresholds, name):g}")
        for name, value in now.thresholds.__dict__.items()
        if value != getattr(cheapest.thresholds, name)
    ]
    head = ("", "现在", "代价最低")
    return (
        "<h2>结果</h2>"
        + _table(head, rows)
        + "<h3>要改的阈值</h3>"
        + (_table(head, moved) if moved else "<p>没有。</p>")
    )


def _figure(points: Sequence[Point], x: str, y: str, place: object) -> str:
    assert callable(place)
    curve = _lower_hull(sorted(place(point) for point in points))
    top = max([0.02, *(y for _, y in curve)]) * 1.2
    return f"<figure>{unit_plot(curve, x, y, y_maximum=top)}</figure>"


def _lower_hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """For each x the lowest y: what can be had at best."""
    best: dict[float, float] = {}
    for x, y in points:
        best[x] = min(y, best.get(x, y))
    return sorted(best.items())


def _sweep(sweep: Sweep, now: Point) -> str:
    current = getattr(now.thresholds, sweep.name)
    nearest = min(sweep.values, key=lambda value: abs(value - current))
    rows = []
    for value, point in zip(sweep.values, sweep.points, strict=True):
        classes = " ".join(["best"] * (value == sweep.best) + ["now"] * (value == nearest))
        cells = (f"{value:g}", f"{point.wrong_rate:.1%}", f"{point.handoff_rate:.1%}", f"{point.coverage:.1%}")
        rows.append(
            f"<tr class='{classes}'>" + "".join(f"<td>{c}</td>" for c in (*cells, f"{point.cost:.3f}")) + "</tr>"
        )
    top = max([0.02, *(point.wrong_rate for point in sweep.points)]) * 1.2
    wrong = unit_plot(
        [(v, p.wrong_rate) for v, p in zip(sweep.values, sweep.points, strict=True)],
        sweep.name,
        "答错率",
        y_maximum=top,
    )
    cover = unit_plot([(v, p.coverage) for v, p in zip(sweep.values, sweep.points, strict=True)], sweep.name, "覆盖率")
    head = "<tr><th>值</th><th>答错率</th><th>转人工率</th><th>覆盖率</th><th>每条代价</th></tr>"
    return (
        f"<details><summary><b>{sweep.name}</b>：现在 {current:g}，代价最低 {sweep.best:g}</summary>"
        f"<div class=row><figure>{wrong}</figure><figure>{cover}</figure></div>"
        f"<table>{head}{''.join(rows)}</table></details>"
    )


def _mistakes(measure: Measure, now: Point) -> str:
    bad = (Verdict.WRONG, Verdict.MISSED_HANDOFF, Verdict.NEEDLESS_HANDOFF)
    found = ((m, d, v) for m, d, v in measure.decisions(now.thresholds) if v in bad)
    rows = [
        (
            escape(message.gold.text),
            escape("/".join(filter(None, (message.gold.label, message.gold.also)))),
            escape(decision.step.value + (f"：{decision.candidates[0].id}" if decision.candidates else "")),
            NAMES[judged],
        )
        for message, decision, judged in islice(found, WRONG_SHOWN)
    ]
    return "<h2>现在办错的</h2>" + _table(("原话", "标注", "决定", "判断"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = "".join(f"<th>{title}</th>" for title in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{cells}</tr>{body}</table>"
