"""The seeded customers: who they are and what they have subscribed to. Invented people and numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """A tariff plan; `fee_yuan` a month, `data_gb`, `voice_minutes` and `messages` are what it includes."""

    name: str
    fee_yuan: float
    data_gb: float
    voice_minutes: int
    messages: int


@dataclass(frozen=True)
class SandboxCustomer:
    """One customer. `balance_yuan` is negative when money is owed; `extras` are monthly add-ons with their price."""

    id: str
    name: str
    phone: str
    region: str
    plan: Plan
    segment: str  # "prepaid" or "postpaid"
    balance_yuan: float
    used_data_gb: float
    vip: bool = False
    elderly: bool = False
    gift_yuan: float = 0.0
    extras: tuple[tuple[str, float], ...] = ()
    data_pack_gb: float = 0.0


BASIC = Plan("小桥轻享19元套餐", 19, 5, 100, 30)
DAILY = Plan("小桥畅享59元套餐", 59, 30, 300, 100)
FAST = Plan("小桥5G畅享129元套餐", 129, 80, 500, 100)
FAMILY = Plan("小桥全家享199元套餐", 199, 150, 1000, 200)
SENIOR = Plan("小桥孝心9元套餐", 9, 2, 60, 20)
STUDENT = Plan("小桥校园29元套餐", 29, 40, 100, 50)

CUSTOMERS = (
    SandboxCustomer("C1001", "王芳", "13900001001", "广东", DAILY, "prepaid", 32.5, 18.35),
    SandboxCustomer("C1002", "李建国", "13900001002", "北京", FAST, "postpaid", -86.4, 61.2, vip=True),
    SandboxCustomer("C1003", "陈秀英", "13900001003", "四川", SENIOR, "prepaid", 8.9, 0.42, elderly=True),
    SandboxCustomer(
        "C1004", "张伟", "13900001004", "浙江", FAMILY, "postpaid", -215.0, 97.6, extras=(("视频会员连续包月", 15.0),)
    ),
    SandboxCustomer(
        "C1005", "刘洋", "13900001005", "湖北", STUDENT, "prepaid", 3.2, 39.1, gift_yuan=10.0, data_pack_gb=5.0
    ),
    SandboxCustomer(
        "C1006",
        "赵敏",
        "13900001006",
        "上海",
        FAST,
        "postpaid",
        -142.8,
        83.5,
        vip=True,
        extras=(("国际漫游日包", 25.0),),
    ),
    SandboxCustomer(
        "C1007", "孙德福", "13900001007", "黑龙江", BASIC, "prepaid", 46.7, 1.05, elderly=True, extras=(("彩铃", 5.0),)
    ),
    SandboxCustomer("C1008", "周婷", "13900001008", "广东", BASIC, "prepaid", -4.6, 5.0, extras=(("流量安心包", 6.0),)),
    SandboxCustomer("C1009", "吴强", "13900001009", "新疆", DAILY, "postpaid", -64.0, 12.8),
    SandboxCustomer("C1010", "郑丽华", "13900001010", "江苏", FAMILY, "postpaid", -199.0, 41.3, vip=True, elderly=True),
)
