"""The report: whole, and safe to open whatever customers wrote."""

from xml.etree import ElementTree

from bot.evaluation.labelled import Gold
from bot.evaluation.measures import Prediction, judge, summary
from bot.evaluation.plots import unit_plot
from bot.evaluation.report import render

JUDGED = judge(
    [Gold("<script>alert(1)</script>", "unclear"), Gold("查话费", "query_balance")],
    [Prediction("abuse", 0.6), Prediction("query_balance", 0.9)],
)


def test_report_shows_figures_and_mistakes_and_escapes_texts():
    page = render("试验", summary(JUDGED), JUDGED)
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;（60%）" in page
    assert "unclear → abuse" in page
    assert "<td>准确率</td><td>50.00%</td>" in page
    assert page.count("<svg") == 2


def test_a_plot_is_well_formed_and_places_its_points():
    plot = ElementTree.fromstring(unit_plot([(0.0, 0.0), (1.0, 0.5)], "x < 1", "y & z", diagonal=True))
    circles = [(float(c.get("cx", "")), float(c.get("cy", ""))) for c in plot.iter("circle")]
    assert circles[0][0] < circles[1][0]
    assert circles[0][1] > circles[1][1]
