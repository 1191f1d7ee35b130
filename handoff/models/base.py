"""What every value on the wire is made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Score = Annotated[float, Field(allow_inf_nan=False)]
SkillGroupId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]


class Model(BaseModel):
    """A value on the wire: unknown keys are ignored, because the other side may be newer."""

    model_config = ConfigDict(extra="ignore", frozen=True)
