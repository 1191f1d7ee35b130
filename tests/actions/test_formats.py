import pytest

from actions.formats import volume, yuan


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "¥0.00"), (32.5, "¥32.50"), (-5, "\N{MINUS SIGN}¥5.00"), (1234.5, "¥1,234.50"), (0.005, "¥0.01")],
)
def test_yuan(amount: float, text: str) -> None:
    assert yuan(amount) == text


@pytest.mark.parametrize(
    ("megabytes", "text"), [(0, "0 MB"), (430.4, "430 MB"), (1024, "1 GB"), (11929.6, "11.65 GB"), (10240, "10 GB")]
)
def test_volume(megabytes: float, text: str) -> None:
    assert volume(megabytes) == text
