"""The commands that make things: `generate`, `init`, `import`; each imports what it needs when it runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cvtailor.cli.options import LanguageCode, ServerOption, ThemeName, TlsOption, TokenOption, ToneName
from cvtailor.domain.errors import InvalidInput

PANEL = "Make"
_WEB = ("https://", "http://")
_GENERATE_EXAMPLES = (
    "cvtailor generate examples/engineer/cv.yaml examples/engineer/job.txt",
    "cvtailor generate cv.yaml https://jobs.example.org/42 saved-page.html",
    "cvtailor generate cv.yaml --clipboard --pages 1 --theme harvard",
    "cvtailor generate cv.yaml ads/*.txt --out applications",
)
_INIT_EXAMPLES = (
    "cvtailor init",
    "cvtailor init me/cv.yaml",
    "cvtailor init --from-example nurse",
)
_IMPORT_EXAMPLES = (
    "cvtailor import Basic_LinkedInDataExport.zip",
    "cvtailor import old-cv.docx --out cv.yaml",
)


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line, in the order in which its help lists them."""
    for name, command, examples in (
        ("generate", generate, _GENERATE_EXAMPLES),
        ("init", init, _INIT_EXAMPLES),
        ("import", import_, _IMPORT_EXAMPLES),
    ):
        epilog = "\n\n".join(("Examples:", *examples))
        app.command(name, rich_help_panel=PANEL, epilog=epilog)(command)


def generate(
    context: typer.Context,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CV JOB",
            help="The base CV (rendercv YAML, JSON Resume, Markdown, text, PDF or DOCX), then job ads: files "
            "(text, HTML, PDF, DOCX), https:// URLs, '-' for standard input.",
            show_default=False,
        ),
    ] = None,
    cv: Annotated[
        Path | None,
        typer.Option(help="Base CV; then each argument is a job ad.", show_default="the first argument"),
    ] = None,
    clipboard: Annotated[bool, typer.Option("--clipboard", help="Read a job ad from the clipboard.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the documents; of several jobs, for a folder each.",
            show_default="a folder in out",
            file_okay=False,
        ),
    ] = None,
    theme: Annotated[ThemeName, typer.Option(help="Design of the PDF.")] = "classic",
    pages: Annotated[
        int, typer.Option(min=0, max=4, help="Pages wanted; 0: one below ten years of experience, else two.")
    ] = 0,
    language: Annotated[
        LanguageCode | None,
        typer.Option(help="Language of headings and letter.", show_default="the CV's and the ad's"),
    ] = None,
    tone: Annotated[ToneName, typer.Option(help="How the letter speaks.")] = "neutral",
    keep: Annotated[
        list[str] | None, typer.Option(help="Title of a section that must stay; repeatable.")
    ] = None,
    interactive: Annotated[
        bool, typer.Option("--interactive", "-i", help="Answer questions about what the CV does not show.")
    ] = False,
    request_id: Annotated[
        str, typer.Option(help="UUID; the same id with the same input returns the same application.")
    ] = "",
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line instead of progress.")
    ] = False,
) -> None:
    """Makes a tailored CV, a match report and a cover letter for each job ad.

    With several ads it works on a few at a time, and says at the end which job matches best.
    """
    try:
        base_cv, jobs = cv_and_jobs(files or (), cv, usual=_is_usual(context, "cv"), clipboard=clipboard)
    except InvalidInput as error:
        typer.echo(f"error: {error.message}", err=True)
        raise typer.Exit(2) from error
    from cvtailor.cli.connection import Target
    from cvtailor.cli.generate import APPLICATIONS_FOLDER, Order, run

    # As a usual option it is the folder of all applications: their documents have the same names.
    shared_out = out if _is_usual(context, "out") else None
    order = Order(
        cv=base_cv,
        jobs=jobs,
        clipboard=clipboard,
        out=None if shared_out else out,
        applications=shared_out or APPLICATIONS_FOLDER,
        theme=theme,
        pages=pages,
        language=language or "",
        tone=tone,
        keep=tuple(keep or ()),
        interactive=interactive,
        request_id=request_id,
    )
    raise typer.Exit(run(order, Target(server, token, tls), as_json))


def _is_usual(context: typer.Context, option: str) -> bool:
    """Whether an option has its value from the configuration file."""
    source = context.get_parameter_source(option)
    return source is not None and source.name == "DEFAULT_MAP"


def cv_and_jobs(
    files: Sequence[str], cv: Path | None, *, usual: bool, clipboard: bool
) -> tuple[Path, tuple[str, ...]]:
    """Says which argument is the base CV, and which are job ads.

    The first argument is the CV, unless ``--cv`` names it, or there is a usual one and the arguments leave no
    room for another: a single one, or a URL or standard input in the first place.

    Args:
        files: The arguments.
        cv: The base CV of ``--cv``, or the usual one.
        usual: The CV is the one of the configuration file.
        clipboard: One more job ad is in the clipboard.

    Raises:
        InvalidInput: The CV or the job ad is missing.
    """
    if cv is not None:
        alone = len(files) + clipboard == 1
        if not usual or alone or (files and (files[0] == "-" or files[0].lower().startswith(_WEB))):
            if not files and not clipboard:
                raise InvalidInput("Name a job ad: a file, an https:// URL, '-', or --clipboard.")
            return cv, tuple(files)
    if not files:
        raise InvalidInput("Name a base CV and a job ad. 'cvtailor init' makes a CV to begin with.")
    if len(files) + clipboard == 1:
        raise InvalidInput(
            f"Name a job ad after the base CV {files[0]}: a file, an https:// URL, '-', or --clipboard."
        )
    return Path(files[0]), tuple(files[1:])


def init(
    file: Annotated[
        Path | None, typer.Argument(help="Where to write it.", show_default="cv.yaml", dir_okay=False)
    ] = None,
    example: Annotated[
        str,
        typer.Option(
            "--from-example",
            help="Write the CV and the job ad of an example: accountant, career_changer, engineer, graduate, "
            "nurse, researcher or teacher.",
            show_default=False,
        ),
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Writes a CV with comments, to write your own over."""
    from cvtailor.cli.init import run

    raise typer.Exit(run(file, example, force))


def import_(
    source: Annotated[
        Path,
        typer.Argument(
            help="LinkedIn's export (.zip), or a CV: JSON Resume, Markdown, text, PDF, DOCX, YAML."
        ),
    ],
    out: Annotated[str, typer.Option(help="File to write; '-' for standard output.")] = "cv.yaml",
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Turns LinkedIn's export, or a CV you have, into one YAML file to edit and to generate from.

    What finds no place in it is told, with file, row and column. To get the export: LinkedIn, Settings &
    Privacy, Data privacy, 'Get a copy of your data'.
    """
    from cvtailor.cli.import_cv import run

    raise typer.Exit(run(source, out, force))
