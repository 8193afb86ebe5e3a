"""Every knob, with its unit and its default.

Set by environment variables with the prefix ``CVTAILOR_``, else in the file that ``config_file`` reads;
secrets also by files of their own, which ``secret_files`` reads.
"""

import os
from functools import cached_property
from pathlib import Path
from shlex import quote
from typing import Any, Literal, get_args

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from cvtailor.config_file import OPTIONS_TABLE, check_keys, config_path, read_config
from cvtailor.domain.errors import InvalidInput
from cvtailor.private_file import others_can_read
from cvtailor.secret_files import read_secrets, secrets_folder


def file_settings(settings_cls: type[BaseSettings]) -> dict[str, Any]:
    """Returns the settings that stand in the configuration file.

    Raises:
        InvalidInput: The file can't be read, has a key that is no setting, or holds a secret and can be
            read by others.
    """
    path = config_path()
    found = read_config(path)
    found.pop(OPTIONS_TABLE, None)
    if path is None or not found:
        return {}
    check_keys(path, found, settings_cls.model_fields)
    secrets = [key for key in found if is_secret(settings_cls, key)]
    if secrets and others_can_read(path):
        command = f"chmod 600 {quote(str(path))}"
        raise InvalidInput(f"Others can read {path}, which holds {secrets[0]}. Run: {command}")
    return found


def is_secret(settings_cls: type[BaseSettings], field: str) -> bool:
    """Whether a setting must not be shown."""
    annotation = settings_cls.model_fields[field].annotation
    return annotation is SecretStr or SecretStr in get_args(annotation)


def secret_fields(settings_cls: type[BaseSettings]) -> tuple[str, ...]:
    """Returns the names of the settings that must not be shown."""
    return tuple(name for name in settings_cls.model_fields if is_secret(settings_cls, name))


class Settings(BaseSettings):
    """The service's settings; the defaults run everything on this machine, with no account or key."""

    model_config = SettingsConfigDict(
        env_prefix="CVTAILOR_", env_parse_none_str="none", extra="ignore", frozen=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Asks, in this order: the code, the environment, the files of secrets, the configuration file."""
        in_file = file_settings(settings_cls)
        folder = secrets_folder(in_file)
        held = read_secrets(folder, secret_fields(settings_cls)) if folder else {}
        return (
            init_settings,
            env_settings,
            InitSettingsSource(settings_cls, init_kwargs=held),
            InitSettingsSource(settings_cls, init_kwargs=in_file),
        )

    host: str = Field("127.0.0.1", description="Address the gRPC server listens on.")
    port: int = Field(50051, ge=0, le=65535, description="Port of the gRPC server; 0 takes a free one.")
    tls_certificate: Path | None = Field(None, description="PEM certificate chain; set with tls_key.")
    tls_key: Path | None = Field(None, description="PEM private key.")
    tls_client_ca: Path | None = Field(
        None,
        description="PEM file of authorities; callers must show a certificate of theirs. Unset: of nobody's.",
    )
    reflection: bool = Field(True, description="Serve gRPC reflection, for grpcurl.")

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("cvtailor"),
        description="Folder of the embedded Postgres, the folder store and the local keys.",
    )
    secrets_dir: Path | None = Field(
        None, description="Folder of files, each of the name of a secret setting and with its value."
    )
    database_url: SecretStr | None = Field(
        None, description="postgresql:// URL of the role cvtailor_service; unset: the embedded Postgres."
    )
    engine_database_url: SecretStr | None = Field(
        None, description="postgresql:// URL of the role cvtailor_engine; set with database_url."
    )
    admin_database_url: SecretStr | None = Field(
        None, description="postgresql:// URL of the role that owns the schema; only `migrate` uses it."
    )
    database_pool_size: int = Field(8, ge=1, le=200, description="Connections of this process.")

    supabase_url: str = Field(
        "", description="URL of the Supabase project; unset: documents in a folder, local development keys."
    )
    supabase_publishable_key: SecretStr | None = Field(
        None, description="Publishable (or anon) key of the project; Storage and `cvtailor login` need it."
    )
    supabase_signing_key: SecretStr | None = Field(
        None,
        description="Private JWK of the project's signing key (ES256, RS256): documents are stored as their "
        "owner, with tokens of a minute's life. Unset: the legacy secret, else the secret key.",
    )
    supabase_secret_key: SecretStr | None = Field(
        None, description="Secret (or service_role) key; only used for documents where no key can sign."
    )
    objects: Literal["folder", "supabase"] | None = Field(
        None, description="Where documents are kept; unset: in Supabase if supabase_url is set."
    )
    storage_timeout_seconds: float = Field(15, gt=0, description="A storage request that takes longer fails.")
    storage_attempts: int = Field(4, ge=1, le=10, description="Tries of a storage request.")

    jwks_url: str = Field("", description="JWKS that tokens are verified with; unset: the project's.")
    jwt_issuer: str = Field("", description="Required `iss` of tokens; unset: the project's.")
    jwt_audience: str = Field("authenticated", description="Required `aud` of tokens.")
    jwt_secret: SecretStr | None = Field(None, description="Legacy HS256 secret of the project, if used.")
    require_second_factor: bool = Field(False, description="Serve sessions of assurance level aal2 only.")
    allow_anonymous: bool = Field(True, description="Serve Supabase's anonymous users.")
    account_check_seconds: float = Field(
        30, ge=0, description="How long an account is known to stand before it is asked after again."
    )

    run_concurrency: int = Field(4, ge=1, le=256, description="Runs at once in this process.")
    run_deadline_seconds: float = Field(
        300, gt=0, description="A run that takes longer, and as long as it may wait for answers, is stopped."
    )
    answer_wait_seconds: float = Field(
        300, gt=0, description="How long an interactive run waits for answers."
    )
    queue_poll_seconds: float = Field(0.2, gt=0, description="How often the queue is asked for runs.")
    worker_beat_seconds: float = Field(1, gt=0, description="Pause between heartbeats of a process.")
    worker_dead_after_seconds: float = Field(3, gt=0, description="A silent process's runs go to others.")
    runs_per_user_max: int = Field(20, ge=1, description="Runs of one person that may be in progress.")
    runs_per_user_and_hour_max: int | None = Field(
        None, ge=1, description="Runs that one person may begin within an hour; `none`: no limit."
    )
    queue_max: int = Field(
        10_000, ge=1, description="Runs of all that may wait; more are refused for a while."
    )

    journal_key: SecretStr | None = Field(
        None,
        description="Fernet key that journaled payloads are encrypted with; several, parted by commas: the "
        "first one encrypts, all decrypt. Unset: they are stored as they are.",
    )
    journal_retention_hours: float | None = Field(
        0, ge=0, description="How long the steps of an ended run stay journaled; `none`: for ever."
    )
    request_retention_days: float | None = Field(
        30, ge=0, description="How long CV and ad of an ended run stay in its request; `none`: for ever."
    )
    event_retention_days: float | None = Field(
        90, ge=0, description="How long the events of an ended run stay, but for its last; `none`: for ever."
    )
    model_call_retention_days: float | None = Field(
        400, ge=1, description="How long the numbers of model calls stay; `none`: for ever."
    )
    personal_data_log_retention_days: float | None = Field(
        400, ge=30, description="How long it stays noted who exported or deleted what; `none`: for ever."
    )
    orphan_hours: float = Field(24, ge=1, description="Age at which a file that no document names goes.")
    housekeeping_seconds: float = Field(600, gt=0, description="Pause between rounds of housekeeping.")

    heartbeat_seconds: float = Field(15, gt=0, description="Silence before a stream sends a heartbeat.")
    event_poll_seconds: float = Field(
        0.15, gt=0, description="How often events are asked for where NOTIFY is not heard, behind a pooler."
    )
    stream_write_seconds: float = Field(
        30, gt=0, description="A stream whose client does not read for so long ends, for it to resume."
    )

    render_workers: int = Field(
        default_factory=lambda: min(4, os.cpu_count() or 1), ge=1, le=64, description="Typesetting processes."
    )
    render_deadline_seconds: float = Field(20, gt=0, description="A worker that takes longer is killed.")
    render_queue_max: int = Field(64, ge=1, description="Jobs waiting for a worker before refusal.")
    render_must_be_confined: bool = Field(
        False,
        description="Do not start where the kernel lacks a lock for typesetting processes; without this, it "
        "is logged.",
    )
    renders_per_worker_max: int = Field(2000, ge=1, description="Renders before a worker is replaced.")

    model: str = Field(
        "",
        description="Language model of the agents, `provider:name`; docs/models.md lists the providers. "
        "Unset: the embedded engine works alone.",
    )
    model_reading: str = Field(
        "", description="Cheaper model for readers, planner and critic; unset: `model`."
    )
    model_api_key: SecretStr | None = Field(None, description="Key of the model's provider.")
    model_base_url: str = Field("", description="Where the provider is; unset: its own address.")
    model_fallback: str = Field("", description="Model, `provider:name`, for when the first one is down.")
    model_fallback_api_key: SecretStr | None = Field(None, description="Key of the fallback's provider.")
    model_fallback_base_url: str = Field("", description="Where that provider is; unset: its own address.")
    model_falls_back_to_embedded: bool = Field(
        True, description="Go on with the embedded engine where models fail; else the run fails."
    )
    model_tokens_per_run_max: int | None = Field(
        300_000, ge=1, description="Tokens of a run, both directions; `none`: no limit."
    )
    model_cost_per_run_max_usd: float | None = Field(
        None, gt=0, description="USD a run may cost, by the price table."
    )
    model_cost_per_user_and_day_max_usd: float | None = Field(
        None, gt=0, description="USD that all runs of a user may cost between midnights UTC."
    )
    model_call_timeout_seconds: float = Field(60, gt=0, description="A call that takes longer is ended.")
    model_answer_tokens_max: int = Field(
        4096, ge=256, le=65_536, description="Tokens of one answer; some models count their thoughts in."
    )
    model_run_seconds_max: float | None = Field(
        180, gt=0, description="Seconds that a run may wait for models; keep it below run_deadline_seconds."
    )
    model_rounds_max: int = Field(2, ge=1, le=5, description="How often the writer may write.")
    model_runs_at_once: int | None = Field(
        None, ge=1, description="Runs with models at once, in all processes together."
    )
    model_runs_per_minute: int | None = Field(
        None, ge=1, description="Runs with models begun a minute, in all processes together."
    )

    fetch_job_urls: bool = Field(False, description="Fetch job ads that are given by URL, from public hosts.")
    agent_mcp_servers: SecretStr = Field(
        SecretStr(""),
        description="MCP servers that agents may use, as JSON; docs/mcp.md says how. Unset: none.",
    )

    lame_duck_seconds: float = Field(0.5, ge=0, description="Pause between NOT_SERVING and the drain.")
    drain_seconds: float = Field(10, ge=0, description="Time for calls and runs to end at shutdown.")

    metrics_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="Port of `/metrics`, `/healthz` and `/readyz`; 0 takes a free one. Unset: none.",
    )
    metrics_host: str = Field("127.0.0.1", description="Address that port is on; it asks for no token.")
    otlp_endpoint: str = Field(
        "",
        description="Base URL of a collector that gets traces and metrics by OTLP over HTTP. Unset: none.",
    )
    otlp_headers: SecretStr | None = Field(
        None, description="Headers for the collector, NAME=VALUE, several parted by commas."
    )
    otlp_trace_ratio: float = Field(
        1.0, ge=0, le=1, description="Part of the traces that is sent; a run's is sent whole or not at all."
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged.")
    log_format: Literal["console", "json"] = Field("console", description="How log lines look.")

    @property
    def embedded(self) -> bool:
        """Whether Postgres is ours to start."""
        return self.database_url is None

    @property
    def local_auth(self) -> bool:
        """Whether tokens are those of the local development key."""
        return not self.supabase_url and not self.jwks_url and self.jwt_secret is None

    @property
    def token_keys_url(self) -> str:
        """Where the keys are that tokens are verified with; empty if there is no such place."""
        return self.jwks_url or (self.supabase_url and f"{self._project}/auth/v1/.well-known/jwks.json")

    @property
    def token_issuer(self) -> str:
        """Who must have issued a token."""
        return self.jwt_issuer or (f"{self._project}/auth/v1" if self.supabase_url else "cvtailor-local")

    @property
    def objects_in_supabase(self) -> bool:
        """Whether documents are kept in the project's Storage."""
        return self.objects == "supabase" or (self.objects is None and bool(self.supabase_url))

    @property
    def _project(self) -> str:
        return self.supabase_url.rstrip("/")

    @cached_property
    def state_file(self) -> Path:
        """Where a running server says how to reach it."""
        return self.data_dir / "server.json"
