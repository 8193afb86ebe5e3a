"""Base CVs in files: what format each is in, and how a request carries it."""

from pathlib import Path

from cvtailor.domain.base_cv import CvFormat, CvSource
from cvtailor.domain.errors import InvalidInput
from cvtailor.domain.limits import CV_BYTES_MAX
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2

_FORMATS = {
    ".yaml": CvFormat.RENDERCV_YAML,
    ".yml": CvFormat.RENDERCV_YAML,
    ".json": CvFormat.JSON_RESUME,
    ".md": CvFormat.MARKDOWN,
    ".markdown": CvFormat.MARKDOWN,
    ".pdf": CvFormat.PDF,
    ".docx": CvFormat.DOCX,
}
_MEDIA_TYPES = {
    CvFormat.MARKDOWN: "text/markdown",
    CvFormat.PLAIN_TEXT: "text/plain",
    CvFormat.PDF: "application/pdf",
    CvFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def cv_source(path: Path) -> CvSource:
    """Reads a CV's file; what its name does not tell to be another format is plain text.

    Raises:
        InvalidInput: It can't be read, is empty, or is larger than a CV.
    """
    content = file_content(path, CV_BYTES_MAX)
    if not content.strip():
        raise InvalidInput(f"{path} is empty. 'cvtailor init' makes a CV to begin with.")
    return CvSource(format=_FORMATS.get(path.suffix.lower(), CvFormat.PLAIN_TEXT), content=content)


def file_content(path: Path, bytes_max: int) -> bytes:
    """Reads a file of a CV.

    Raises:
        InvalidInput: It can't be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            content = file.read(bytes_max + 1)
    except FileNotFoundError as error:
        raise InvalidInput(
            f"There is no file {path}. Make a CV with 'cvtailor init', or 'cvtailor import' one you have."
        ) from error
    except OSError as error:
        raise InvalidInput(f"{path} can't be read: {error.strerror}.") from error
    if len(content) > bytes_max:
        raise InvalidInput(f"{path} has more than {bytes_max:,} bytes, too many for a CV.")
    return content


def base_cv_of(path: Path) -> cv_generator_pb2.BaseCv:
    """Returns a CV's file as requests carry it.

    Raises:
        InvalidInput: It can't be read, is empty, is larger than a CV, or is not UTF-8 where it has to be.
    """
    source = cv_source(path)
    if media_type := _MEDIA_TYPES.get(source.format):
        file = cv_generator_pb2.CvFile(content=source.content, media_type=media_type)
        return cv_generator_pb2.BaseCv(file=file)
    try:
        text = source.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8 text (byte {error.start}): save it as UTF-8.") from error
    if source.format is CvFormat.JSON_RESUME:
        return cv_generator_pb2.BaseCv(json_resume=text)
    return cv_generator_pb2.BaseCv(rendercv_yaml=text)
