"""The form of a channel's settings, drawn from its schema, and what was entered in it.

A secret is never shown again: its field is empty, and what is left empty stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from werkzeug.datastructures import MultiDict

from channels.base import ChannelSettings
from helpdesk.web.language import _

MAX_VALUE = 10_000  # characters of one field


@dataclass(frozen=True, slots=True)
class FormField:
    name: str
    title: str
    hint: str
    kind: str  # text, number, check, choice, lines, secret
    value: object
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    is_set: bool = False  # a secret is stored
    required: bool = False
    error: str = ""


def fields(
    model: type[ChannelSettings],
    values: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
) -> list[FormField]:
    """The fields of a schema with the values that an inbox has, secrets left out."""
    return [
        _field(name, info, values, (errors or {}).get(name, ""))
        for name, info in model.model_fields.items()
    ]


def entered(
    model: type[ChannelSettings],
    form: MultiDict[str, str],
    kept: Mapping[str, Any],
    defaults: Mapping[str, Any],
) -> dict[str, Any]:
    """What the form says, as the schema's values; ``kept`` are those of before.

    What the schema or the desk (``defaults``) says anyway is left out, so that it follows them.
    """
    values: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        given = form.get(name, "")[:MAX_VALUE].strip()
        if _kind(info) == "secret":
            if given:
                values[name] = given
            elif name in kept and f"{name}-removed" not in form:
                values[name] = kept[name]
            continue
        if _kind(info) == "text" and name not in form:
            continue  # unlike an empty one, it says nothing
        value = _read(_kind(info), name, given, form)
        if value != defaults.get(name, _default(info)) and (value != "" or _kind(info) == "text"):
            values[name] = value
    return values


def _read(kind: str, name: str, given: str, form: MultiDict[str, str]) -> object:
    if kind == "check":
        return name in form
    if kind == "lines":
        return [line.strip() for line in given.splitlines() if line.strip()]
    if kind == "number" and given.lstrip("-").isdecimal():
        return int(given)
    return given


def _default(info: FieldInfo) -> object:
    return None if info.is_required() else info.get_default(call_default_factory=True)


def faults(model: type[ChannelSettings], values: Mapping[str, Any]) -> dict[str, str]:
    """What does not fit the schema, by field; no value stands in it."""
    try:
        model(**values)
    except ValidationError as error:
        return {
            str(fault["loc"][0]): _("This does not fit: %(why)s.", why=_plain(fault["msg"]))
            for fault in error.errors(include_input=False, include_context=False)
        }
    return {}


def _plain(words: str) -> str:
    return words.removeprefix("Value error, ").rstrip(".")


def _field(name: str, info: FieldInfo, values: Mapping[str, Any], error: str) -> FormField:
    kind = _kind(info)
    value = "" if kind == "secret" else values.get(name, _default(info))
    if kind == "lines":
        value = "\n".join(map(str, value or ()))
    return FormField(
        name=name,
        title=_(info.title or name),
        hint=_(info.description) if info.description else "",
        kind=kind,
        value="" if value is None else value,
        choices=tuple(map(str, get_args(info.annotation))) if kind == "choice" else (),
        least=_bound(info, "ge"),
        most=_bound(info, "le"),
        is_set=kind == "secret" and bool(values.get(name)),
        required=info.is_required(),
        error=error,
    )


def _kind(info: FieldInfo) -> str:
    annotation = info.annotation
    if annotation is SecretStr:
        return "secret"
    if annotation is bool:
        return "check"
    if annotation is int:
        return "number"
    if get_origin(annotation) is Literal:
        return "choice"
    return "lines" if get_origin(annotation) is list else "text"


def _bound(info: FieldInfo, name: str) -> int | None:
    found = (getattr(rule, name, None) for rule in info.metadata)
    return next((bound for bound in found if bound is not None), None)
