"""What is counted about the WeChat channel (Prometheus)."""

from prometheus_client import Counter, Histogram

CALLBACKS = Counter("xiaoqiao_wechat_callbacks_total", "Callbacks taken, by type", ["account", "type"])
REFUSED = Counter("xiaoqiao_wechat_refused_total", "Callbacks refused, by reason", ["account", "reason"])
ANSWERS = Counter(
    "xiaoqiao_wechat_answers_total", "How callbacks were answered: passive, repeated, empty", ["account", "how"]
)
CALLBACK_SECONDS = Histogram(
    "xiaoqiao_wechat_callback_seconds",
    "Time to answer a callback",
    ["account"],
    buckets=(0.05, 0.1, 0.3, 0.5, 1, 2, 3, 4, 4.5, 5),
)
CALLS = Counter("xiaoqiao_wechat_calls_total", "Calls to the platform, by result", ["call", "result"])
HELD = Counter("xiaoqiao_wechat_held_total", "Times that replies were held for want of quota", ["account"])
