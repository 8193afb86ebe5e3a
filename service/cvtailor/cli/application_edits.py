"""The commands that change applications; each imports what it needs when it runs."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cvtailor.cli.application_options import ACCOUNT_PANEL, PANEL, ApplicationArgument, ask
from cvtailor.cli.completion import complete_step
from cvtailor.cli.options import (
    JsonOption,
    LanguageCode,
    ServerOption,
    ThemeName,
    TlsOption,
    TokenOption,
    ToneName,
)
from cvtailor.cli.status_steps import PersonsStatusName

changing = typer.Typer()


class ShowsUnlessTold(TyperGroup):
    """A group that takes what is none of its commands as an argument of ``show``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the words behind the group's name."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["show", *args]
        return super().parse_args(ctx, args)


# By itself it is `status show`.
status = typer.Typer(cls=ShowsUnlessTold, invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line, in the order in which its help lists them."""
    app.registered_commands += changing.registered_commands
    app.add_typer(
        status,
        name="status",
        rich_help_panel=PANEL,
        help="Shows where an application stands; `status set` moves it.\n\n"
        "`cvtailor status APPLICATION` is short for `cvtailor status show APPLICATION`.",
        epilog="Examples:\n\ncvtailor status 3f2a\n\ncvtailor status set 3f2a submitted",
    )


@status.command("show")
def show_status(
    application: ApplicationArgument = "last",
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Shows where an application has been, and where it may go."""
    from cvtailor.cli.application_summary import show_status as work

    ask(lambda to: work(to, application, as_json), server, token, tls)


@status.command("set", epilog="Example: cvtailor status set 3f2a submitted")
def set_status(
    application: ApplicationArgument,
    to_status: Annotated[
        PersonsStatusName,
        typer.Argument(metavar="STATUS", help="Where it stands now.", autocompletion=complete_step),
    ],
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Says where an application stands now. Becoming `submitted` keeps what was sent, for ever.

    Statuses: draft, ready, submitted, interviewing, offer, accepted, rejected, withdrawn, archived.
    """
    from cvtailor.cli.application_changes import set_status as work

    ask(lambda to: work(to, application, to_status, as_json), server, token, tls)


@changing.command(
    rich_help_panel=PANEL,
    epilog="Examples:\n\ncvtailor note 3f2a 'Spoke with Ms Jansen'\n\n"
    "cvtailor note 3f2a --append 'Interview on 3 December, 10:00'\n\ncvtailor note 3f2a --edit",
)
def note(
    application: ApplicationArgument = "last",
    text: Annotated[
        str | None, typer.Argument(help="New notes; without it the notes are printed.", show_default=False)
    ] = None,
    append: Annotated[bool, typer.Option("--append", "-a", help="Add TEXT as a line instead.")] = False,
    edit: Annotated[bool, typer.Option("--edit", "-e", help="Open the notes in your editor.")] = False,
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Prints or writes your notes about an application."""
    if edit and (append or text is not None):
        raise typer.BadParameter("it takes no TEXT and no --append", param_hint="--edit")
    if text is None and " " in application.strip():
        raise typer.BadParameter(
            "name the application first, as in: cvtailor note last TEXT", param_hint="APPLICATION"
        )
    if append and text is None:
        raise typer.BadParameter("it needs a TEXT", param_hint="--append")
    from cvtailor.cli import application_changes as changes

    if edit:
        ask(lambda to: changes.edit_notes(to, application, as_json), server, token, tls)
    if text is None:
        ask(lambda to: changes.print_notes(to, application, as_json), server, token, tls)
    write = changes.append_notes if append else changes.write_notes
    ask(lambda to: write(to, application, text, as_json), server, token, tls)


def _of_lines(told: str) -> Any:
    return typer.Option(metavar="LINE", help=told, show_default=False)


@changing.command(
    rich_help_panel=PANEL,
    epilog="LINE is the id of a line or entry of your CV, as `cvtailor show --lines` prints it.\n\n"
    "Examples:\n\n"
    "cvtailor revise 3f2a --hide 'experience[2].highlights[0]' --pin 'talks[0]'\n\n"
    "cvtailor revise 3f2a --feedback 'More about databases'\n\n"
    "cvtailor revise 3f2a --theme harvard --pages 2",
)
def revise(
    application: ApplicationArgument = "last",
    hide: Annotated[list[str] | None, _of_lines("Never print it; repeatable.")] = None,
    pin: Annotated[list[str] | None, _of_lines("Always print it; repeatable.")] = None,
    revert: Annotated[list[str] | None, _of_lines("Print your CV's own words; repeatable.")] = None,
    keep: Annotated[list[str] | None, _of_lines("Keep its wording from now on; repeatable.")] = None,
    release: Annotated[list[str] | None, _of_lines("Forget what was decided; repeatable.")] = None,
    feedback: Annotated[str, typer.Option(help="What to emphasise, in your words.")] = "",
    theme: Annotated[
        ThemeName | None, typer.Option(help="Design of the PDF.", show_default="as it was")
    ] = None,
    pages: Annotated[
        int | None,
        typer.Option(min=0, max=4, help="Pages wanted; 0: by experience.", show_default="as it was"),
    ] = None,
    language: Annotated[
        LanguageCode | None, typer.Option(help="Language of headings and letter.", show_default="as it was")
    ] = None,
    tone: Annotated[
        ToneName | None, typer.Option(help="How the letter speaks.", show_default="as it was")
    ] = None,
    interactive: Annotated[
        bool, typer.Option("--interactive", "-i", help="Answer questions about what the CV does not show.")
    ] = False,
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Makes a new version of a CV, as you decide and wish; what you don't name is as before."""
    from cvtailor.cli.application_runs import Options, Wish
    from cvtailor.cli.application_runs import revise as work

    wish = Wish(
        edits={"hide": hide, "pin": pin, "revert": revert, "keep": keep, "release": release},
        feedback=feedback,
        options=Options(theme=theme, pages=pages, language=language, tone=tone, interactive=interactive),
    )
    ask(lambda to: work(to, application, wish, as_json), server, token, tls)


@changing.command(rich_help_panel=PANEL, epilog="Example: cvtailor cancel last")
def cancel(
    application: ApplicationArgument = "last",
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Stops the run of an application.

    If it was being revised, the version before stays.
    """
    from cvtailor.cli.application_runs import cancel as work

    ask(lambda to: work(to, application, as_json), server, token, tls)


@changing.command(
    "delete-my-data", rich_help_panel=ACCOUNT_PANEL, epilog="Example: cvtailor export --everything copy.zip"
)
def delete_my_data(
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Deletes all your applications, records and documents, for ever."""
    from cvtailor.cli.my_data import delete_everything as work

    ask(lambda to: work(to, yes, as_json), server, token, tls)
