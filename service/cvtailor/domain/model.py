"""The base of every domain type."""

from pydantic import BaseModel, ConfigDict


class DomainModel(BaseModel):
    """An immutable value that survives a round trip through JSON, which is how runs are journaled."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")
