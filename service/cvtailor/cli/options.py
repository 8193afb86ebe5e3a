"""Options that several commands share."""

from typing import Annotated, Literal

import typer

ServerOption = Annotated[
    str,
    typer.Option(help="HOST:PORT of a running service.", show_default="the local one, or one of its own"),
]
TokenOption = Annotated[
    str,
    typer.Option(
        envvar="CVTAILOR_TOKEN", help="Bearer token for --server.", show_default="that of cvtailor login"
    ),
]
TlsOption = Annotated[bool, typer.Option(help="Use TLS towards --server.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]

ThemeName = Literal[
    "classic",
    "ember",
    "engineeringclassic",
    "engineeringresumes",
    "harvard",
    "ink",
    "moderncv",
    "opal",
    "sb2nov",
]
LanguageCode = Literal["en", "de", "fr", "es"]
ToneName = Literal["neutral", "warm", "formal"]
