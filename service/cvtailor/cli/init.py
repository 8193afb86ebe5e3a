"""``cvtailor init``: a CV to write one's own over."""

import shlex
from pathlib import Path

from rich.console import Console

import cvtailor
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.new_files import write_new
from cvtailor.cli.printable import escaped
from cvtailor.cli.refusals import tell_refusal
from cvtailor.domain.errors import CvtailorError, InvalidInput, WeMustFix

_STARTER = Path(__file__).with_name("starter_cv.yaml")


def run(file: Path | None, example: str, force: bool) -> ExitCode:
    """Writes a CV to begin with; returns the exit code."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        if example:
            cv, job = _example(example)
            path = file or Path(f"cv{cv.suffix}")
            ad = path.with_name("job.txt")
            if path == ad:
                raise InvalidInput(f"{path} will be the ad: name the CV otherwise, like cv{cv.suffix}.")
            if not force and (taken := next((made for made in (path, ad) if made.exists()), None)):
                raise InvalidInput(
                    f"{taken} exists: name a file in another folder, or replace it with --force."
                )
            write_new(path, cv.read_text(), force=force)
            write_new(ad, job.read_text(), force=force)
            made, ad_name = f"{path} and {ad}", shlex.quote(str(ad))
        else:
            path, ad_name = file or Path("cv.yaml"), "JOB_AD"
            if path.suffix.lower() not in (".yaml", ".yml"):
                raise InvalidInput(f"{path} will be YAML: name it like cv.yaml.")
            write_new(path, _STARTER.read_text(), force=force)
            made = str(path)
    except CvtailorError as error:
        return tell_refusal(error, console)
    console.print(f"[green]✓[/] {escaped(made)}")
    first = "" if example else "Write your own lines into it, then: "
    console.print(f"{first}cvtailor generate {shlex.quote(str(path))} {ad_name}", markup=False)
    return ExitCode.OK


def _example(name: str) -> tuple[Path, Path]:
    """Returns CV and ad of an example: from the wheel, or from the repository."""
    package = Path(cvtailor.__file__).parent
    folders = (package / "examples", *(parent / "examples" for parent in package.parents[:2]))
    examples = next((folder for folder in folders if folder.is_dir()), None)
    if examples is None:
        raise WeMustFix("This build has no examples; 'cvtailor init' without --from-example does without.")
    names = sorted(folder.name for folder in examples.iterdir() if (folder / "job.txt").is_file())
    if name not in names:
        raise InvalidInput(f"There is no example {name!r}. There are: {', '.join(names)}.")
    (cv,) = (examples / name).glob("cv.*")
    return cv, examples / name / "job.txt"
