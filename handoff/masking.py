"""What agents' screens get of customers' numbers: nothing but head and tail. Pure.

Everything that leaves for agents goes through `hidden`, whoever they are; the whole numbers are asked for one by one
(usecases/reveal.py). What is left out of it is named: a field that nobody thought of is masked, not shown.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from privacy.numbers import mask, mask_phone

Shown = TypeVar("Shown")

# Marks a field that is whole because who gets it must have it: `phone: Annotated[str | None, WHOLE]`.
WHOLE: Final = "numbers are not masked"

# Names of fields that hold what programs need as it is: ids, addresses, tokens.
_KEPT: Final = frozenset({"id", "url", "payload", "cursor", "content_type", "entity", "intent", "type"})
_KEPT_ENDS: Final = ("_id", "_ids", "_url", "token", "_ms")
_SHORTEST: Final = 10  # digits of a number
_MANY: Final = 10**9  # below, an integer is no number of a person


def hidden(value: Shown) -> Shown:
    """The same with the middle of every number hidden, in models, lists and dicts to any depth; copies what changes."""
    result: Any = _hidden(value)
    return result  # type: ignore[no-any-return]


def whole_texts(*models: BaseModel, others: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """Every text in there that agents get masked, by what they get; left out where two of them look the same masked.

    `others` are more such pairs. All that stands on one screen is given at once: two that look alike may be in two of
    the models, and nobody may be shown the number of the one for that of the other.
    """
    found: dict[str, str] = {}
    alike: set[str] = set()
    wholes = [model.model_dump(mode="json") for model in models]
    for shown, text in chain(*(_pairs(hidden(whole), whole) for whole in wholes), others):
        if found.setdefault(shown, text) != text:
            alike.add(shown)
    return {shown: text for shown, text in found.items() if shown not in alike}


def _pairs(shown: Any, whole: Any) -> Iterator[tuple[str, str]]:
    if shown is whole:
        return
    if isinstance(whole, dict):
        for name, value in whole.items():
            yield from _pairs(shown[name], value)
    elif isinstance(whole, list):
        for one, value in zip(shown, whole, strict=True):
            yield from _pairs(one, value)
    else:
        yield str(shown), str(whole)


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value) if len(value) >= _SHORTEST else value
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        masked = {name: getattr(value, name) for name, field in fields.items() if WHOLE not in field.metadata}
        changed = _changed(masked, loose=False)
        return value.model_copy(update=changed) if changed else value
    if isinstance(value, Mapping):
        changed = _changed(value, loose=True)
        return {**value, **changed} if changed else value
    if isinstance(value, list):
        inner = [_loose(each) for each in value]
        return inner if any(new is not old for new, old in zip(inner, value, strict=True)) else value
    return value


def _changed(fields: Mapping[Any, Any], *, loose: bool) -> dict[Any, Any]:
    """The fields that are not shown as they are."""
    changed = {}
    for name, old in fields.items():
        key = str(name)
        if key in _KEPT or key.endswith(_KEPT_ENDS):
            continue
        if key == "phone" and isinstance(old, str):
            new: Any = mask_phone(old)
        else:
            new = _loose(old) if loose else _hidden(old)
        if new is not old:
            changed[name] = new
    return changed


def _loose(value: Any) -> Any:
    """A value without a type of its own, of a slot for instance: there a number may be an integer."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= _MANY:
        masked = mask(str(value))
        return masked if masked != str(value) else value
    return _hidden(value)
