"""TLS of the server: its certificate, who must show one, and files that are replaced while it runs."""

from dataclasses import dataclass
from pathlib import Path

import grpc
import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from cvtailor.domain.errors import InvalidInput

log = structlog.get_logger(__name__)

type _Stamp = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class TlsFiles:
    """PEM files.

    Attributes:
        certificate_chain: The server's certificate with its chain.
        private_key: Its key, not encrypted.
        client_ca: Authorities; only callers with a certificate of theirs are let in. None: anybody is.
    """

    certificate_chain: Path
    private_key: Path
    client_ca: Path | None = None

    @property
    def all(self) -> tuple[Path, ...]:
        """The files that there are."""
        files = (self.private_key, self.certificate_chain, self.client_ca)
        return tuple(file for file in files if file)


def server_credentials(files: TlsFiles) -> grpc.ServerCredentials:
    """Returns what a port speaks TLS with; files that are replaced hold from the next connection on.

    Raises:
        InvalidInput: A file can't be read, or is not what it should be.
    """
    certificates = _Certificates(files)
    return grpc.dynamic_ssl_server_credentials(
        certificates.read(),
        certificates.renewed,  # type: ignore[arg-type]  # None is no change; its types forgot that.
        require_client_authentication=files.client_ca is not None,
    )


class _Certificates:
    """The files as they were read last."""

    def __init__(self, files: TlsFiles) -> None:
        self._files = files
        self._seen: _Stamp = ()

    def read(self) -> grpc.ServerCertificateConfiguration:
        """Reads the files; what does not go together would refuse every caller, so it is refused here."""
        try:
            # Before the content: what is written meanwhile is read again.
            self._seen = self._stamp()
            key, chain, *authorities = (file.read_bytes() for file in self._files.all)
        except OSError as error:
            raise InvalidInput(
                f"The TLS file {error.filename} can't be read: {error.strerror}.", field="tls"
            ) from error
        self._check(key, chain, *authorities)
        return grpc.ssl_server_certificate_configuration([(key, chain)], *authorities)

    def renewed(self) -> grpc.ServerCertificateConfiguration | None:
        """Returns the files' content if it is another one; gRPC asks before each handshake, in its thread."""
        try:
            if self._stamp() == self._seen:
                return None
            renewed = self.read()
        except InvalidInput as error:
            # Key and certificate are replaced one after the other: between them they do not go together.
            log.warning("tls_files_not_taken", why=error.message)
            return None
        except OSError:
            return None  # gone for a moment, as another one is moved into its place
        log.info("tls_files_taken", certificate=str(self._files.certificate_chain))
        return renewed

    def _stamp(self) -> _Stamp:
        stats = [file.stat() for file in self._files.all]
        return tuple((stat.st_mtime_ns, stat.st_size, stat.st_ino) for stat in stats)

    def _check(self, key: bytes, chain: bytes, authorities: bytes | None = None) -> None:
        files = self._files
        wrong = files.private_key
        try:
            private = load_pem_private_key(key, password=None)
            wrong = files.certificate_chain
            public = x509.load_pem_x509_certificates(chain)[0].public_key()
            if authorities is not None and files.client_ca:
                wrong = files.client_ca
                x509.load_pem_x509_certificates(authorities)
        # TypeError: the key is encrypted.
        except (ValueError, TypeError) as error:
            raise InvalidInput(
                f"The TLS file {wrong} is no PEM key without a password, or no PEM certificate.", field="tls"
            ) from error
        if private.public_key() != public:
            raise InvalidInput(
                f"{files.private_key} is not the key of {files.certificate_chain}.", field="tls"
            )
