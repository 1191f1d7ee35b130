"""Search: the right article first, only for customers it is for, only while it holds, whatever is asked."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import ToyEncoder

from bot.encoder import Encoder
from bot.knowledge import Answer, Article, Conditions, Customer, KnowledgeIndex, load_articles
from bot.knowledge import index as index_module
from bot.knowledge import side as side_module
from bot.knowledge.store import DEFAULT_CACHE

DAY = date(2026, 6, 15)


def article(id, question, *similar, answer="答案", **more):
    return Article(id, question, question, Answer(answer), "general", similar, **more)


ARTICLES = [
    article("bill", "话费怎么变多了", "怎么多扣了钱"),
    article("port", "携号转网怎么办理", "我要转网"),
    article("broadband", "宽带上不了网怎么办", "家里断网了"),
    article("prepaid", "余额会不会过期", conditions=Conditions(segment="prepaid")),
    article("guangdong", "粤语服务怎么转", conditions=Conditions(region=("广东", "广西"))),
    article("festival", "春节营业厅开门吗", valid_from=date(2026, 1, 20), valid_until=date(2026, 2, 20)),
]


@pytest.fixture(scope="module")
def index():
    return KnowledgeIndex.build(ARTICLES, ToyEncoder())


def ids(hits):
    return [hit.article.id for hit in hits]


def test_near_wording_finds_the_article_and_names_the_question(index):
    hits = index.search("家里又断网了呢", today=DAY)
    assert hits[0].article.id == "broadband"
    assert hits[0].matched_question == "家里断网了"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert 0 <= sum(hit.score for hit in hits) <= 1


def test_asked_word_for_word_is_answered_without_encoding():
    encoder = ToyEncoder()
    index = KnowledgeIndex.build(ARTICLES, encoder)
    encoder.encoded.clear()
    hits = index.search("呃，怎麼多扣了錢？！", today=DAY)
    assert ids(hits) == ["bill"]
    assert hits[0].score == pytest.approx(0.99)
    assert hits[0].matched_question == "怎么多扣了钱"
    assert encoder.encoded == []


def test_same_question_again_is_not_encoded_again():
    encoder = ToyEncoder()
    index = KnowledgeIndex.build(ARTICLES, encoder)
    encoder.encoded.clear()
    assert index.search("家里没网了", today=DAY) == index.search("家里没网了", today=DAY)
    assert encoder.encoded == ["家里没网了"]


@pytest.mark.parametrize(
    ("customer", "found", "unchecked"),
    [
        (Customer(segment="prepaid"), True, ()),
        (Customer(segment="postpaid"), False, ()),
        (Customer(region="北京"), True, ("segment",)),
        (None, True, ("segment",)),
    ],
)
def test_condition_on_the_segment(index, customer, found, unchecked):
    for text in ("余额会不会过期", "我的余额会过期的吗"):
        hits = index.search(text, customer, today=DAY)
        assert ("prepaid" in ids(hits)) == found
        if found:
            assert hits[0].article.id == "prepaid"
            assert hits[0].unchecked == unchecked


def test_condition_that_cannot_be_checked_costs_score(index):
    known = index.search("我的余额会过期的吗", Customer(segment="prepaid"), today=DAY)[0]
    unknown = index.search("我的余额会过期的吗", None, today=DAY)[0]
    assert unknown.score == pytest.approx(0.9 * known.score)


def test_any_of_the_regions_will_do(index):
    assert "guangdong" in ids(index.search("粤语服务怎么转", Customer(region="广西"), today=DAY))
    assert "guangdong" not in ids(index.search("粤语服务怎么转", Customer(region="北京"), today=DAY))


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2026, 1, 19), False),
        (date(2026, 1, 20), True),
        (date(2026, 2, 20), True),
        (date(2026, 2, 21), False),
    ],
)
def test_validity_includes_both_days(index, day, valid):
    assert ("festival" in ids(index.search("春节营业厅开门吗", today=day))) == valid


def test_articles_for_others_do_not_crowd_out_the_one_for_this_customer():
    regions = [f"省{n}" for n in range(150)]
    index = KnowledgeIndex.build(
        [
            article(f"r{n}", f"资费查询{region}", conditions=Conditions(region=(region,)))
            for n, region in enumerate(regions)
        ],
        ToyEncoder(),
    )
    assert ids(index.search("资费查询", Customer(region="省77"), today=DAY)) == ["r77"]


def test_limit(index):
    assert len(index.search("怎么办", today=DAY, limit=2)) == 2
    assert index.search("怎么办", today=DAY, limit=0) == []


@pytest.mark.parametrize("articles", [[], [article("only", "话费怎么变多了", answer="")]])
def test_hardly_any_articles(articles):
    index = KnowledgeIndex.build(articles, ToyEncoder())
    assert ids(index.search("话费变多了", today=DAY)) == [a.id for a in articles]


def test_answers_help_where_the_questions_say_nothing():
    encoder = Encoder.load()
    articles = [
        article("a", "怎么开通", answer="智能手表可以和手机用一个号码。"),
        article("b", "怎么办理", answer="搬家以后宽带可以移到新地址。"),
        article("c", "怎么取消", answer="彩铃不想要了可以退订。"),
    ]
    assert ids(KnowledgeIndex.build(articles, encoder).search("手表打电话", today=DAY))[0] == "a"


def test_large_knowledge_bases_are_searched_through_the_graph(monkeypatch, tmp_path):
    encoder = ToyEncoder()
    articles = [article(f"n{n}", f"第{n}号套餐的月费是多少钱", answer="") for n in range(300)]
    exact = KnowledgeIndex.build(articles, encoder)
    monkeypatch.setattr(side_module, "EXACT_LIMIT", 100)
    graph = KnowledgeIndex.build(articles, encoder, cache=tmp_path)
    saved = list(tmp_path.glob("graph-*.usearch"))
    assert len(saved) == 1
    again = KnowledgeIndex.build(articles, encoder, cache=tmp_path)
    assert list(tmp_path.glob("graph-*.usearch")) == saved
    KnowledgeIndex.build(articles[1:], encoder, cache=tmp_path)
    (newer,) = tmp_path.glob("graph-*.usearch")
    assert newer not in saved
    for n in range(0, 300, 23):
        text = f"请问第{n}号套餐月费多少"
        best = exact.search(text, today=DAY)[0].article.id
        assert graph.search(text, today=DAY)[0].article.id == best
        assert again.search(text, today=DAY)[0].article.id == best


ANY_TEXT = st.one_of(st.text(max_size=200), st.text(alphabet="话费宽带怎么了？ \n\x00😀a1", max_size=40))


@given(ANY_TEXT, st.sampled_from([None, Customer(segment="postpaid"), Customer(region="广东")]))
def test_no_text_makes_the_search_fail(index, text, customer):
    hits = index.search(text, customer, limit=3, today=DAY)
    assert len(hits) <= 3
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert len(set(ids(hits))) == len(hits)


@pytest.fixture(scope="module")
def shipped():
    return KnowledgeIndex.build(load_articles("data/knowledge"), Encoder.load(), cache=DEFAULT_CACHE)


@pytest.mark.parametrize(
    ("text", "article_id"),
    [
        ("呃那个我这个月话费咋这么多呢", "bill-why-higher"),
        ("我想把号码转到别的公司去", "mnp-how"),
        ("家里的网突然断了光猫亮红灯", "bb-down"),
        ("流量用完了再买一点", "data-not-enough"),
        ("手机卡掉了先帮我停掉", "sim-lost"),
        ("要开一张公司抬头的发票", "invoice-title"),
        ("有人冒充你们客服骗了我的钱", "fraud-first-aid"),
        ("下个月去日本玩手机怎么上网", "roaming-open"),
        ("服务密码想不起来了", "pwd-forgot"),
        ("我爸妈七十多了有没有便宜套餐", "plan-elderly"),
    ],
)
def test_shipped_knowledge_answers_what_customers_say(shipped, text, article_id):
    assert article_id in ids(shipped.search(text, limit=3))


@pytest.mark.parametrize(
    ("text", "article_id"),
    [
        ("他说我银行卡涉嫌洗钱要查我", "fraud-verify-caller"),
        ("刚把验证码报给骗子了", "fraud-first-aid"),
        ("想从你们小桥转走", "mnp-how"),
        ("可以转去联通吗", "mnp-how"),
        ("联通的号想转进小桥", "mnp-in"),
        ("宽带一年收多少钱", "bb-price"),
        ("八块的套餐还有没有", "plan-list"),
        ("给我说下客服号码", "hotline-number"),
        ("流量用光了咋弄呀", "data-not-enough"),
        ("欠了话费几天会停机", "recharge-owe-effect"),
        ("叫客服打个电话过来", "call-back"),
        ("网坏了去哪里报修", "bb-report"),
    ],
)
def test_shipped_articles_that_lie_close_are_told_apart(shipped, text, article_id):
    assert ids(shipped.search(text, limit=1)) == [article_id]


@pytest.mark.parametrize("text", ["今天天气怎么样", "帮我写一首诗", "红烧肉怎么做", "那个什么来着"])
def test_shipped_knowledge_is_not_sure_of_what_it_does_not_know(shipped, text):
    assert shipped.search(text, limit=1)[0].score < 0.5


def test_every_shipped_question_finds_its_article(shipped):
    everything = [replace(a, conditions=Conditions(), valid_from=None, valid_until=None) for a in shipped.articles]
    index = KnowledgeIndex.build(everything, ToyEncoder())
    for a in everything:
        for question in a.questions:
            assert ids(index.search(question)) == [a.id]


def test_features_have_their_range(shipped):
    found = shipped.candidates("话费为什么这么多", None, 5, DAY)
    assert found.features.shape == (len(found.places), 5)
    assert np.all(np.diff(found.places) > 0)
    assert np.all((found.features >= -1.001) & (found.features <= 1.001))


def test_crowding_is_the_mean_likeness_to_the_nearest_others():
    vectors = np.eye(4, 6, dtype=np.float32)
    vectors[1, 0] = 1.0  # halfway to the first
    side = side_module.Side("questions", ["甲", "乙", "丙", "丁"], vectors)
    cosines = side.cosines(side.compare("甲", side_module.unit(vectors[0] - vectors.mean(axis=0))), np.arange(4))
    crowding = side.crowding(np.arange(4), 1)
    assert crowding[0] == pytest.approx(cosines[1], abs=1e-5)
    assert crowding[0] == crowding[1] > crowding[2]
    assert side.crowding(np.array([2]), 10).tolist() == [0.0]
    assert side.crowding(np.array([], dtype=np.int64), 10).shape == (0,)
    assert side.crowding(np.arange(4), 10) == pytest.approx(side.crowding(np.arange(4), 3))


def test_a_candidate_near_to_many_others_counts_for_less(monkeypatch):
    crowd = [article(f"crowd-{n}", f"宽带怎么{verb}") for n, verb in enumerate(("装", "修", "退", "换"))]
    index = KnowledgeIndex.build([*crowd, article("alone", "积分查询")], ToyEncoder())
    scored = index.candidates("宽带积分", None, 5, DAY).features[:, 0]
    monkeypatch.setattr(index_module, "_CROWD_SHARE", 0.0)
    plain = index.candidates("宽带积分", None, 5, DAY).features[:, 0]
    assert (plain - scored)[:4].min() > (plain - scored)[4]
