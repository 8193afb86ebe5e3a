"""What goes in: the base CV and the ad."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cvtailor_client import v1

BYTES_MAX = 1 << 20
_YAML = (".yaml", ".yml")
_JSON = ".json"
_MEDIA_TYPES = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True)
class BaseCv:
    """What the person has, in one of the formats that the service reads. At most 1 MiB.

    Nothing of it is read here: the service does, and says what it can't read, with the line.

    Attributes:
        message: As the contract has it.

    Example:
        >>> from pathlib import Path
        >>> from cvtailor_client import BaseCv
        >>> BaseCv.from_file("cv.yaml") == BaseCv.from_rendercv_yaml(Path("cv.yaml").read_text())
        True
    """

    message: v1.BaseCv = field(repr=False)

    @classmethod
    def from_rendercv_yaml(cls, yaml: str) -> Self:
        """A rendercv document."""
        return cls(v1.BaseCv(rendercv_yaml=yaml))

    @classmethod
    def from_json_resume(cls, json: str) -> Self:
        """A JSON Resume document."""
        return cls(v1.BaseCv(json_resume=json))

    @classmethod
    def from_bytes(cls, content: bytes, media_type: str) -> Self:
        """A document in any format that the service reads, such as ``text/markdown``."""
        return cls(v1.BaseCv(file=v1.CvFile(content=content, media_type=media_type)))

    @classmethod
    def from_file(cls, path: Path | str, media_type: str = "") -> Self:
        """A file: YAML (rendercv), JSON (JSON Resume), Markdown, text, PDF or DOCX.

        Args:
            path: Where it is.
            media_type: Its format, if the ending of its name doesn't tell.

        Raises:
            ValueError: Its name doesn't tell the format, it is too large, or it should be text and is not.
            OSError: It can't be read.
        """
        path = Path(path)
        suffix = path.suffix.lower()
        media_type = media_type or _MEDIA_TYPES.get(suffix, "")
        if media_type:
            return cls.from_bytes(_content(path), media_type)
        if suffix in _YAML:
            return cls.from_rendercv_yaml(_text(path))
        if suffix == _JSON:
            return cls.from_json_resume(_text(path))
        endings = ", ".join([*_YAML, _JSON, *_MEDIA_TYPES])
        raise ValueError(f"{path}: its name should end in one of {endings}; or give its media_type.")


type SomeCv = BaseCv | v1.BaseCv | Path
type SomeJob = v1.JobPosting | str | Path


def as_base_cv(cv: SomeCv) -> v1.BaseCv:
    """Reads what a caller may give as a CV.

    Raises:
        TypeError: It is something else, such as a text, which may be a path or a document.
        ValueError: The file can't be sent.
        OSError: The file can't be read.
    """
    if isinstance(cv, Path):
        return BaseCv.from_file(cv).message
    if isinstance(cv, BaseCv):
        return cv.message
    if isinstance(cv, v1.BaseCv):
        return cv
    raise TypeError(f"cv is a pathlib.Path or a BaseCv (BaseCv.from_… make one), not {type(cv).__name__}.")


def as_job_posting(job: SomeJob) -> v1.JobPosting:
    """Reads what a caller may give as an ad: its text, the file that holds it, or both text and source.

    Raises:
        TypeError: It is something else.
    """
    if isinstance(job, v1.JobPosting):
        return job
    if isinstance(job, str | Path):
        return v1.JobPosting(text=_text(job) if isinstance(job, Path) else job)
    raise TypeError(f"job is the ad's text, a pathlib.Path or a JobPosting, not {type(job).__name__}.")


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(BYTES_MAX + 1)
    if len(content) > BYTES_MAX:
        raise ValueError(f"{path} has more than {BYTES_MAX} bytes, which is more than the service reads.")
    return content


def _text(path: Path) -> str:
    try:
        return _content(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no text in UTF-8: byte {error.start} doesn't fit.") from error
