"""Wordings that mean something whatever the classifier says: asking for a person, asking why, picking a choice."""

from __future__ import annotations

import re

# "转人工", "找个真人", "我要人工客服", "人工服务" alone. Not "人工费", "人工智能", "不要人工", "人工服务几点下班".
_PERSON = re.compile(
    r"(转|接|找|换|叫|要|呼叫|请|帮).{0,6}?(人工(?!智能|费)|真人|活人)"
    r"|(转|接|找|换|叫|呼叫).{0,4}?(客服|坐席|话务员|接线员)"
    r"|^\W*(嗯|呃|那|就)?人工(客服|服务|坐席|座席|台|热线)?(服务)?(吧|呢|啊|谢谢|快点)*\W*$"
)
# The same wish in other words: "换个人" to talk to (not as the owner of a number), "有没有活人", English, pinyin.
_PERSON_OTHERWISE = re.compile(
    r"(^|[\W你我]|不懂|帮我|给我|能不能|可不可以)换一?个?人(吧|来|说|跟我说|跟我聊|接待|服务|行吗|行不行|可以吗)*\W*$"
    r"|有(没有|没|木有)?(个)?(活人|真人)(在|吗|么|啊|没有)*\W*$"
    r"|^\W*(a |real |live |human )*(human|agent|person|representative)( being)?( now)?( please)?\W*$"
    r"|\b(talk|speak|chat|connect|transfer|need|want|get|give)\b.*\b(human|agent|person|representative|someone)\b"
    r"|zhuan\s*ren\s*gong|^\W*ren\s*gong(\s*ke\s*fu)?\W*$",
    re.IGNORECASE,
)
# When people are there is a question of its own, not the wish for one.
_PERSON_HOURS = re.compile(
    r"(人工|客服|坐席|真人).{0,6}?((几点|什么时候|啥时候|何时).{0,3}(上班|下班|开始|有人|休息|在线)|上班|下班|工作时间|服务时间)"
)
_NO_PERSON = re.compile(
    r"(不要|不用|不想|别|不需要|无需|不必)[^，。！？,.!?]{0,4}?(转|接|找|叫)?.{0,2}?(人工|真人|客服)"
)

# The customer asks for a reason, a meaning or a rule, not for a figure.
_EXPLANATION = re.compile(
    r"为什么|为啥|为何|凭什么|怎么回事|咋回事|什么意思|啥意思|什么原因|啥原因"
    r"|怎么(会|这么|那么|又|多|少|突然|扣|变|没了|算)|咋(会|这么|那么|又|多|少|扣|变|没了|算)"
    r"|什么时候|啥时候|何时|几号"
    r"|怎么办(?!理|卡|个|张|宽带|套餐)|咋办(?!理)|咋整|会(怎样|怎么样|咋样)|(有|啥|什么)后果"
    r"|莫名|平白|无缘无故|乱扣|(多|偷|白)扣"
)

# Somebody has been swindled, or just now sends money to a swindler; not "你们是骗子", not "谨防被骗".
_FRAUD = re.compile(
    r"(?<!谨防)(?<!防止)(?<!怕)被(人|别人|骗子)?(诈骗|电信诈骗|骗)(?!的?吗)|(转|汇|打)(账|钱|了|款).{0,4}给.{0,3}骗子|遇到.{0,4}诈骗"
)

# Something is wrong with the service itself: an insult beside one of these carries a grievance.
_GRIEVANCE = re.compile(
    r"钱|费|扣|退|赔|流量|套餐|宽带|网|信号|断|卡|号|合约|办理|取消|开通|投诉|骗|坑|短信|电话|客服|充|账单|服务|等了|没人|半天"
)

_LEAD = r"^\W*(那|就|我?要|我?选|那就|就要|就选|就是|应该是|是)?"
_END = r"(吧|呢|啊|呀|的|了|就行|就好|好了)*\W*$"
_ORDINALS = (
    re.compile(_LEAD + r"(第?[一1]([个条项种])?|头一个|前一个|前面那个|上面那个)" + _END),
    re.compile(_LEAD + r"(第?[二2]([个条项种])?|中间(那|这)?个)" + _END),
    re.compile(_LEAD + r"(第?[三3]([个条项种])?|最后(那|这|一)?个?|后一个)" + _END),
)

_NONE_OF_THEM = re.compile(
    r"^\W*(都|全都?)?(不是|不对)(的|这些|这几个)?\W*$|^\W*(一个)?(都)?没有?我(要|想)(问|办|说)?的\W*$"
)

# Called off, or left to whoever: nothing is wanted now. "取消彩铃" is a want, "取消" alone is not.
_GIVES_UP = re.compile(
    r"^\W*(哦|嗯|那|就|那就)?(还是)?(算了|不用了|不要了|不必了|不需要了?|取消|不办了|不查了|不问了|没事了?|随便|不想(办|查|问)?了)"
    r"(吧|啊|呢|谢谢|随便|算了|\W)*$"
)

# What was said last misses the point: not a "no" to an offer.
_NOT_THIS = re.compile(
    r"^\W*((不是|不对)\W*)?(我(说|问|要)的)?(不是|不对)\W*(这个|这样|我要的|我问的|我想问的)(问题|意思)?(啊|呀|吧)?\W*$|^\W*(答非所问|答错了|不是我(要|想)?问的)\W*$"
)

# Another person's number: father, mother, spouse ... as the owner of what is asked about.
_KIN = (
    "爸|妈|爹|娘|爷爷|奶奶|外公|外婆|姥爷|姥姥|老公|老婆|爱人|媳妇|儿子|女儿|闺女|孩子|哥|姐|弟|妹"
    "|朋友|同事|家人|家里人|对象|女朋友|男朋友"
)
_SOMEBODY_ELSE = re.compile(
    rf"({_KIN}){{1,2}}(的|手机|号|那个|话费|流量|账单|套餐)"
    r"|(别人|他|她|另一个|另外一个|其他|别的)(的)?(号|号码|手机|话费|流量|账单)"
)


def asks_for_person(text: str) -> bool:
    """True for wording that asks for a human agent; declining one does not count."""
    if _NO_PERSON.search(text) or asks_when_people_work(text):
        return False
    return bool(_PERSON.search(text) or _PERSON_OTHERWISE.search(text))


def asks_when_people_work(text: str) -> bool:
    """True when the customer asks for the hours of the human agents, and not for one of them."""
    return bool(_PERSON_HOURS.search(text))


def asks_why(text: str) -> bool:
    """True when the customer asks for a reason, a meaning or a rule."""
    return bool(_EXPLANATION.search(text))


# A complaint is announced by its word alone, whatever else the sentence is about; asking how complaints work is none.
_COMPLAINT = re.compile(r"投诉|申诉|举报你们")
_ABOUT_COMPLAINTS = re.compile(
    r"怎么|咋|如何|哪|什么|多久|几天|多长|进度|结果|电话|渠道|方式|吗|么|撤|取消|不(想|要|用)?投诉|没投诉"
)


def announces_complaint(text: str) -> bool:
    """Whether the customer complains in so many words: 宽带又断了 第三次了 投诉; not 怎么投诉 or 投诉进度."""
    return bool(_COMPLAINT.search(text)) and not _ABOUT_COMPLAINTS.search(text)


def names_grievance(text: str) -> bool:
    """True when the text speaks of the service, money or waiting: something an agent can put right."""
    return bool(_GRIEVANCE.search(text))


def reports_fraud(text: str) -> bool:
    """True when the customer tells of being swindled by somebody."""
    return bool(_FRAUD.search(text))


def chosen_position(text: str) -> int | None:
    """The position (0, 1, 2) that a reply such as 第二个 points at, or None."""
    for position, pattern in enumerate(_ORDINALS):
        if pattern.match(text):
            return position
    return None


def none_of_the_choices(text: str) -> bool:
    """True for a reply that turns down all that was offered."""
    return bool(_NONE_OF_THEM.match(text))


def gives_up(text: str) -> bool:
    """True when the customer calls it off, e.g. 那算了, 取消, 随便."""
    return bool(_GIVES_UP.match(text))


def rejects_the_answer(text: str) -> bool:
    """True when the customer says that an answer was not what they meant, e.g. 不是这个."""
    return bool(_NOT_THIS.match(text))


def speaks_of_somebody_else(text: str) -> bool:
    """True when the text asks about another person's number."""
    return bool(_SOMEBODY_ELSE.search(text))
