"""What a request says, checked against its model."""

from __future__ import annotations

from typing import Annotated, TypeVar, get_origin

from flask import request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from helpdesk.api.problem import Problem, invalid

Model = TypeVar("Model", bound=BaseModel)

MOST_NUMBER = 2**31 - 1


def _without_zeros(words: str) -> str:
    return words.replace("\0", "")  # PostgreSQL keeps none


def _whole(given: object) -> object:
    """JSON has one kind of number: 3.0 is the integer 3."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


# What a schema tells stands before what only code can do, else the schema does not tell it.
WithoutZeros = AfterValidator(_without_zeros)
Line = Annotated[str, StringConstraints(max_length=300), WithoutZeros]
Name = Annotated[str, StringConstraints(min_length=1, max_length=300), WithoutZeros]
Text = Annotated[str, StringConstraints(min_length=1, max_length=100_000), WithoutZeros]
Number = Annotated[int, Field(ge=1, le=MOST_NUMBER), BeforeValidator(_whole)]
Seq = Annotated[int, Field(ge=0, le=MOST_NUMBER), BeforeValidator(_whole)]


class Asked(BaseModel):
    """The base of what is sent: what nobody knows is refused, so that no typo goes unseen."""

    model_config = ConfigDict(extra="forbid")


def read_query(model: type[Model]) -> Model:
    """The parameters behind the "?"; of a model that takes names of its own, each may be repeated.

    Raises ``Problem``.
    """
    given: dict[str, object] = {}
    for name in request.args:
        field = model.model_fields.get(name)
        is_list = get_origin(field.annotation) is list if field else _takes_more(model)
        given[name] = request.args.getlist(name) if is_list else request.args[name]
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise invalid("query", error) from None


def _takes_more(model: type[BaseModel]) -> bool:
    return model.model_config.get("extra") == "allow"


def read_body(model: type[Model]) -> Model:
    """The JSON of the body. Raises ``Problem``: 415, 413, 400 or 422."""
    if not request.is_json:
        raise Problem(415, "Send the body as application/json.")
    try:
        return model.model_validate_json(request.get_data(), strict=True)
    except ValidationError as error:
        raise invalid("body", error) from None
