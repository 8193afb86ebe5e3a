"""CVs on this machine's disk: only below folders that the person named."""

from collections.abc import Sequence
from pathlib import Path

from cvtailor.domain.errors import InvalidInput
from cvtailor.domain.limits import CV_BYTES_MAX

MEDIA_TYPES = {
    "markdown": "text/markdown",
    "text": "text/plain",
    "rendercv_yaml": "application/yaml",
    "json_resume": "application/json",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_FORMATS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".yaml": "rendercv_yaml",
    ".yml": "rendercv_yaml",
    ".json": "json_resume",
    ".pdf": "pdf",
    ".docx": "docx",
}


class CvFolders:
    """Reads files with the ending of a CV; an assistant that was misled can reach nothing else."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = [folder.expanduser().resolve() for folder in folders]

    def read(self, path: str) -> tuple[bytes, str]:
        """Returns a CV's bytes and its media type.

        Raises:
            InvalidInput: It is not in one of the folders, no CV by its ending, too large, or unreadable.
        """
        if not self._folders:
            raise _refused("this server reads no files; start it with --cv-folder, or send the content")
        try:
            # Links are followed first: what counts is where they lead.
            file = (self._folders[0] / Path(path).expanduser()).resolve()
            if not any(file.is_relative_to(folder) for folder in self._folders):
                raise _refused(f"it is not in {', '.join(map(str, self._folders))}")
            format = _FORMATS.get(file.suffix.lower())
            if format is None:
                raise _refused(f"a CV's name ends in one of {', '.join(_FORMATS)}")
            if not file.is_file():
                raise _refused("there is no such file")
            with file.open("rb") as opened:
                content = opened.read(CV_BYTES_MAX + 1)
        except (OSError, ValueError, RuntimeError) as error:
            raise _refused("it can't be read") from error
        if len(content) > CV_BYTES_MAX:
            raise _refused(f"it has more than {CV_BYTES_MAX} bytes")
        return content, MEDIA_TYPES[format]


def _refused(why: str) -> InvalidInput:
    return InvalidInput(f"The file named in cv_path is not read: {why}.", field="cv_path")
