"""Which providers there are, and what each needs to be told."""

from dataclasses import dataclass
from enum import StrEnum

from cvtailor.domain.errors import ModelRefused


class WireFamily(StrEnum):
    """Whose API a provider speaks."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    BEDROCK = "bedrock"


@dataclass(frozen=True)
class Provider:
    """What is the same for all models of a provider.

    Attributes:
        base_url: Where it answers; empty if only the operator knows.
        base_url_example: What such a URL looks like.
        needs_key: It answers nobody without a key.
        schema_beside_tools: It takes an answer schema and tools in one request.
        tokens_max_name: How it calls the limit of an answer's length (OpenAI family only).
    """

    family: WireFamily
    base_url: str = ""
    base_url_example: str = ""
    needs_key: bool = True
    schema_beside_tools: bool = True
    tokens_max_name: str = "max_tokens"


PROVIDERS = {
    "openai": Provider(
        WireFamily.OPENAI, "https://api.openai.com/v1", tokens_max_name="max_completion_tokens"
    ),
    "azure": Provider(
        WireFamily.OPENAI,
        base_url_example="https://NAME.openai.azure.com/openai/v1",
        tokens_max_name="max_completion_tokens",
    ),
    "google": Provider(
        WireFamily.OPENAI,
        "https://generativelanguage.googleapis.com/v1beta/openai",
        schema_beside_tools=False,
    ),
    "ollama": Provider(
        WireFamily.OPENAI, "http://127.0.0.1:11434/v1", needs_key=False, schema_beside_tools=False
    ),
    "openai-compatible": Provider(
        WireFamily.OPENAI,
        base_url_example="http://127.0.0.1:8080/v1",
        needs_key=False,
        schema_beside_tools=False,
    ),
    "anthropic": Provider(WireFamily.ANTHROPIC, "https://api.anthropic.com"),
    "bedrock": Provider(
        WireFamily.BEDROCK, base_url_example="https://bedrock-runtime.eu-central-1.amazonaws.com"
    ),
}


@dataclass(frozen=True)
class ModelName:
    """A model as the operator writes it: ``provider:name``."""

    provider: str
    name: str

    def __str__(self) -> str:
        return f"{self.provider}:{self.name}"

    @classmethod
    def parse(cls, text: str) -> "ModelName":
        """Reads ``provider:name``; the name may have colons of its own.

        Raises:
            ModelRefused: The provider is unknown or the name is missing.
        """
        provider, _, name = text.strip().partition(":")
        if provider not in PROVIDERS or not name:
            raise ModelRefused(
                f"'{text}' names no model. Write provider:name, with one of {', '.join(PROVIDERS)} "
                "as provider, for example openai:gpt-4.1."
            )
        return cls(provider, name)


@dataclass(frozen=True)
class Address:
    """Where a model is asked, and as whom.

    Attributes:
        key: The secret; never part of ``repr``.
    """

    model: ModelName
    base_url: str
    key: str

    @property
    def provider(self) -> Provider:
        """What its provider needs."""
        return PROVIDERS[self.model.provider]

    def __repr__(self) -> str:
        return f"Address(model={self.model!s}, base_url={self.base_url!r}, key={'***' if self.key else ''!r})"

    @classmethod
    def of(cls, model: str, key: str, base_url: str, setting: str = "CVTAILOR_MODEL") -> "Address":
        """Checks what the operator wrote.

        Args:
            setting: Where the model was named; its key and base URL are named after it.

        Raises:
            ModelRefused: Something is missing; says what.
        """
        name = ModelName.parse(model)
        provider = PROVIDERS[name.provider]
        url = (base_url or provider.base_url).rstrip("/")
        if not url:
            raise ModelRefused(
                f"'{name}' needs a base URL such as {provider.base_url_example}: set {setting}_BASE_URL."
            )
        if not url.startswith(("https://", "http://")):
            raise ModelRefused(f"The base URL of '{name}' does not begin with https:// or http://.")
        if provider.needs_key and not key:
            raise ModelRefused(f"'{name}' needs a key: set {setting}_API_KEY.")
        return cls(name, url, key)
