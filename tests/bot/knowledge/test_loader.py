"""Reading articles: what is right comes through whole, what is wrong is named by file and line, all at once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import (
    Answer,
    Article,
    Button,
    Conditions,
    KnowledgeError,
    Link,
    check_articles,
    load_articles,
)

ARTICLE = """\
  - id: {id}
    title: 标题
    question: {question}
    answer: {{text: 答案}}
    skill_group: bills
"""


def problems_of(tmp_path, text, **options):
    """(line, English) of every problem in a file with this text."""
    file = tmp_path / "articles.yml"
    file.write_text(text, encoding="utf-8")
    _, problems = check_articles(file, **options)
    assert all(problem.file == str(file) for problem in problems)
    assert all(any("\u4e00" <= char <= "\u9fff" for char in problem.chinese) for problem in problems)
    return [(problem.line, problem.english) for problem in problems]


def test_every_field_is_read(tmp_path):
    file = tmp_path / "articles.yml"
    file.write_text(
        """\
articles:
  - id: bill-why-higher
    title: 话费为什么变多了
    question: 为什么话费比平时多
    similar:
      - 怎么多扣了钱
    answer:
      text: |-
        第一行
        第二行
      buttons:
        - {title: 查账单, payload: '/query_bill{"month": "上个月"}'}
      links:
        - {title: 官网, url: https://operator.example/a}
        - {title: 电话, url: "tel:+86-10000"}
    skill_group: bills
    human_only: true
    valid_from: 2026-01-01
    valid_until: 2026-12-31
    conditions: {region: [广东, 北京], plan: 小桥59元, segment: prepaid}
""",
        encoding="utf-8",
    )
    assert load_articles(file) == [
        Article(
            id="bill-why-higher",
            title="话费为什么变多了",
            question="为什么话费比平时多",
            similar=("怎么多扣了钱",),
            answer=Answer(
                "第一行\n第二行",
                buttons=(Button("查账单", '/query_bill{"month": "上个月"}'),),
                links=(Link("官网", "https://operator.example/a"), Link("电话", "tel:+86-10000")),
            ),
            skill_group="bills",
            human_only=True,
            valid_from=date(2026, 1, 1),
            valid_until=date(2026, 12, 31),
            conditions=Conditions(region=("广东", "北京"), plan=("小桥59元",), segment="prepaid"),
        )
    ]


def test_shipped_knowledge_is_good_and_wide():
    articles = load_articles("data/knowledge")
    assert len(articles) >= 60
    assert all(6 <= len(article.similar) <= 14 for article in articles)
    assert sum(article.human_only for article in articles) >= 4
    assert {article.conditions.segment for article in articles} == {None, "prepaid", "postpaid"}
    assert any(article.conditions.region for article in articles)
    assert any(article.conditions.plan for article in articles)
    assert any(article.valid_until for article in articles)


@pytest.mark.parametrize(
    ("change", "line", "english"),
    [
        (("id: a-1", "id: A_1"), 2, "bad id 'A_1'"),
        (("id: a-1", "id: ''"), 2, "the id is empty"),
        (("title: 标题", "title:"), 3, "the title is empty"),
        (("question: 怎么查", "question: '？！'"), 4, "has no words"),
        (("question: 怎么查", "question: [a]"), 4, "must be text"),
        (("question: 怎么查", f"question: {'长' * 201}"), 4, "too long"),
        (("similar: [查]", "similar: 查"), 5, "must be a list"),
        (("similar: [查]", "similar: ['']"), 5, "the question is empty"),
        (("similar: [查]", "similar: [查, 查]"), 5, "already in article 'a-1'"),
        (("similar: [查]", "similar: [怎麼查？]"), 5, "already in article 'a-1'"),
        (("text: 好", "text: ''"), 7, "the answer is empty"),
        (("text: 好", "text:"), 7, "the answer is empty"),
        (("text: 好", "words: 好"), 6, None),
        (("payload: /query_bill", "payload: query_bill"), 8, "bad payload"),
        (("payload: /query_bill", "payload: '/query_bill{a}'"), 8, "bad payload"),
        (("payload: /query_bill", "payload: /fly"), 8, "no intent"),
        (("https://a.example/", "http://a.example/"), 9, "bad link"),
        (("https://a.example/", "javascript:alert(1)"), 9, "bad link"),
        (("skill_group: bills", "skill_group: moon"), 10, "unknown skill group 'moon'"),
        (("human_only: false", "human_only: maybe"), 11, "must be true or false"),
        (("valid_from: 2026-01-01", "valid_from: 2026-02-30"), 12, "not a date"),
        (("valid_from: 2026-01-01", "valid_from: 2026-1-1"), 12, "not a date"),
        (("valid_until: 2026-02-01", "valid_until: 2025-02-01"), 13, "before valid_from"),
        (("segment: prepaid", "segment: gold"), 14, "unknown segment"),
        (("segment: prepaid", "town: 广州"), 14, "unknown key 'town'"),
        (("conditions: {segment: prepaid}", "colour: red"), 14, "unknown key 'colour'"),
        (("title: 标题", "title: 标题\n    title: 又一个"), 4, "appears twice"),
    ],
)
def test_mistake_is_named_with_its_line(tmp_path, change, line, english):
    good = """\
articles:
  - id: a-1
    title: 标题
    question: 怎么查
    similar: [查]
    answer:
      text: 好
      buttons: [{title: 查, payload: /query_bill}]
      links: [{title: 网, url: "https://a.example/"}]
    skill_group: bills
    human_only: false
    valid_from: 2026-01-01
    valid_until: 2026-02-01
    conditions: {segment: prepaid}
"""
    intents = {"query_bill"}
    assert problems_of(tmp_path, good, intents=intents) == []
    assert change[0] in good
    found = problems_of(tmp_path, good.replace(*change), intents=intents)
    if english is None:
        assert [text for _, text in found] == ["the answer lacks 'text'", "unknown key 'words' in the answer"]
    else:
        assert [place for place, text in found if english in text] == [line], found


def test_duplicates_over_files(tmp_path):
    (tmp_path / "a.yml").write_text("articles:\n" + ARTICLE.format(id="one", question="怎么查話費？"), "utf-8")
    (tmp_path / "b.yml").write_text(
        "articles:\n" + ARTICLE.format(id="one", question="怎么查话费") + ARTICLE.format(id="two", question="别的"),
        "utf-8",
    )
    articles, problems = check_articles(tmp_path)
    assert [(problem.file, problem.line) for problem in problems] == [
        (str(tmp_path / "b.yml"), 2),
        (str(tmp_path / "b.yml"), 4),
    ]
    assert f"first used at {tmp_path / 'a.yml'}:2" in problems[0].english
    assert f"in article 'one' at {tmp_path / 'a.yml'}:4" in problems[1].english
    assert [article.id for article in articles] == ["one", "two"]


def test_all_mistakes_at_once(tmp_path):
    text = (
        "articles:\n" + ARTICLE.format(id="A", question="''") + "  - words\n" + ARTICLE.format(id="b", question="好吗")
    )
    assert [line for line, _ in problems_of(tmp_path, text + "    colour: red\n")] == [2, 4, 7, 13]


@pytest.mark.parametrize(
    ("text", "line", "english"),
    [
        ("", 1, "empty"),
        ("articles: 3\n", 1, "must be a list"),
        ("- a\n", 1, "must be a mapping"),
        ("items: []\n", 1, "unknown key 'items'"),
        ("articles:\n  - id: a\n\ttitle: b\n", 3, "tabs"),
        ("articles:\n  - id: a\n    title: b: c\n", 3, "quotes"),
        ('articles:\n  - id: "a\n', 3, "quotation mark"),
        ("articles:\n  - id: a\n   title: b\n", 3, "invalid YAML"),
        ("articles: [\x07]\n", 1, "control character"),
        ("articles: *a\n", 1, "*"),
    ],
)
def test_broken_yaml(tmp_path, text, line, english):
    found = problems_of(tmp_path, text)
    assert [place for place, message in found if english in message] == [line], found


def test_file_that_is_not_utf8(tmp_path):
    (tmp_path / "articles.yml").write_bytes("articles:\n  - id: 话费\n".encode("gbk"))
    _, problems = check_articles(tmp_path)
    assert [(problem.line, problem.english) for problem in problems] == [(2, "the file is not UTF-8")]


def test_load_raises_with_all_problems(tmp_path):
    (tmp_path / "articles.yml").write_text("articles:\n  - id: A\n    title: ''\n", encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_articles(tmp_path, tmp_path / "nowhere")
    assert len(caught.value.problems) == 6
    assert str(caught.value).count("\n") == 5
    assert f"{tmp_path / 'nowhere'}:0: 没有这个文件或文件夹 / no such file or folder" in str(caught.value)


YAML_PIECES = st.sampled_from(
    [
        "articles:",
        "\n",
        "  - ",
        "id: a",
        "    title: x\n",
        "question:",
        "answer: {text: a}",
        "[",
        "}",
        "*a",
        "&a ",
        "|",
        "\t",
        "# ",
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(YAML_PIECES, max_size=30).map("".join), st.binary(max_size=60)))
def test_no_file_content_makes_the_check_fail(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "any.yml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    _, problems = check_articles(file)
    assert all(problem.line >= 0 and "\n" not in str(problem) for problem in problems)
