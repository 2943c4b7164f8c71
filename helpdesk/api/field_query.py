"""What a list may be asked of custom fields: ``field.KEY=WORD``, as in the addresses of pages."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from helpdesk.api.pages import Paged
from helpdesk.api.reading import WithoutZeros
from helpdesk.rules.ticket_filter import FIELD, LONGEST

_CUSTOM_FIELDS: JsonDict = {
    "patternProperties": {
        f"^{FIELD}$": {"type": "string", "minLength": 1, "maxLength": LONGEST},
    },
    "additionalProperties": False,
}

Word = Annotated[str, StringConstraints(max_length=LONGEST), WithoutZeros]


class WithFieldsWanted(Paged):
    """A list that may be asked for custom fields; each name may be repeated."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_CUSTOM_FIELDS)
    __pydantic_extra__: dict[str, list[Word]] = Field(init=False)

    @model_validator(mode="after")
    def _knows_every_name(self) -> Self:
        for name in self.model_extra or {}:
            if not re.fullmatch(FIELD, name):
                raise PydanticCustomError(
                    "extra_forbidden", "There is no parameter {name}.", {"name": name}
                )
        return self

    @property
    def field_arguments(self) -> dict[str, list[str]]:
        """What is asked of custom fields, as arguments of an address."""
        return dict(self.model_extra or {})
