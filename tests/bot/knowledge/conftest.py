import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from toys import ToyEncoder

KNOWLEDGE = """\
articles:
  - id: bill-why-higher
    title: 话费为什么变多了
    question: 为什么这个月话费比平时多
    similar:
      - 怎么多扣了钱
      - 话费突然变贵了
    answer:
      text: 请先看当月账单。
      buttons: [{title: 查账单, payload: /query_bill}]
      links: [{title: 网上营业厅, url: "https://operator.example/"}]
    skill_group: bills
  - id: number-portability
    title: 携号转网
    question: 携号转网怎么办理
    similar: [我要转网]
    answer: {text: 发短信查资格，再拿授权码。}
    skill_group: plans
"""


@pytest.fixture
def encoder():
    return ToyEncoder()


@pytest.fixture
def folder(tmp_path):
    """A folder with one good knowledge file, `articles.yml`."""
    path = tmp_path / "knowledge"
    path.mkdir()
    (path / "articles.yml").write_text(KNOWLEDGE, encoding="utf-8")
    return path
