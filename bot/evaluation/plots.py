"""Small line plots as SVG text: no library, no fonts to install, sharp in a browser."""

from collections.abc import Sequence
from html import escape

Point = tuple[float, float]

_WIDTH, _HEIGHT = 460, 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 16, 46


def unit_plot(
    curve: Sequence[Point], x_label: str, y_label: str, *, diagonal: bool = False, y_maximum: float = 1.0
) -> str:
    """A curve over x in [0, 1] and y in [0, y_maximum], with its points; `diagonal` draws y = x."""

    def place(point: Point) -> str:
        x = _LEFT + point[0] * (_WIDTH - _LEFT - _RIGHT)
        y = _HEIGHT - _BOTTOM - min(point[1] / y_maximum, 1.0) * (_HEIGHT - _TOP - _BOTTOM)
        return f"{x:.1f},{y:.1f}"

    parts = [f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" role="img" aria-label="{escape(y_label)}">']
    for step in range(6):
        share = step / 5
        across = f"{place((0, share * y_maximum))} {place((1, share * y_maximum))}"
        upright = f"{place((share, 0))} {place((share, y_maximum))}"
        parts += [f'<polyline class="grid" points="{line}"/>' for line in (across, upright)]
        x, y = place((share, 0)).split(",")
        parts.append(f'<text x="{x}" y="{float(y) + 16:.0f}" text-anchor="middle">{share:.0%}</text>')
        x, y = place((0, share * y_maximum)).split(",")
        label = f"{share * y_maximum:.0%}"
        parts.append(f'<text x="{float(x) - 6:.0f}" y="{float(y) + 4:.0f}" text-anchor="end">{label}</text>')
    if diagonal:
        parts.append(f'<polyline class="diagonal" points="{place((0, 0))} {place((1, 1))}"/>')
    parts.append(f'<polyline class="curve" points="{" ".join(place(point) for point in curve)}"/>')
    for point in curve:
        x, y = place(point).split(",")
        parts.append(f'<circle cx="{x}" cy="{y}" r="3"><title>{point[0]:.1%}, {point[1]:.1%}</title></circle>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(x_label)}</text>')
    parts.append(
        f'<text x="14" y="{_HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 14 {_HEIGHT / 2})">'
        f"{escape(y_label)}</text></svg>"
    )
    return "".join(parts)
