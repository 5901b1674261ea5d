"""Who we are and whom we trust in OPC UA: our certificate and key, and a list of certificates that a person keeps.

A certificate is trusted when its file, or the file of the authority that issued it, lies in the folder of the list; a
stranger's is put into ``rejected`` beside them, from where a person can move it up.
"""

import logging
import os
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from loadzone.words.errors import BadInput
from loadzone.words.texts import Text, text

REJECTED = "rejected"
_MOST_REJECTED = 100
_LONGEST_CHAIN = 4
_LEAST_BITS = 2048
_DAYS = 5 * 365
_ENDINGS = {".der", ".pem", ".crt", ".cer"}


def quiet() -> None:
    """Keep the library's log to what breaks it: it writes a stack trace for each client that is refused."""
    for name in ("asyncua", "asyncuagds"):
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Identity:
    """Our application: its address of names (URI), certificate (DER or PEM) and key (PEM, and named so)."""

    application_uri: str
    certificate: Path
    key: Path

    @classmethod
    def of(cls, folder: Path, name: str = "loadzone", hosts: Iterable[str] = ()) -> "Identity":
        """The identity kept in ``folder``, made with its first use: RSA 2048, self-signed, good for five years.

        ``hosts`` are the names and addresses under which our server is reached.
        """
        uri = f"urn:{socket.gethostname()}:{name}"
        found = cls(uri, folder / f"{name}.der", folder / f"{name}.key.pem")
        if not (found.certificate.is_file() and found.key.is_file()):
            found._make(name, hosts)
        return found

    def _make(self, name: str, hosts: Iterable[str]) -> None:
        from asyncua.crypto.cert_gen import (
            dump_private_key_as_pem,
            generate_private_key,
            generate_self_signed_app_certificate,
        )

        key = generate_private_key()
        names = [x509.UniformResourceIdentifier(self.application_uri), *map(_host, {socket.gethostname(), *hosts})]
        uses = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
        made = generate_self_signed_app_certificate(key, name, {}, names, uses, _DAYS)
        self.key.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(dump_private_key_as_pem(key))
        self.certificate.write_bytes(made.public_bytes(Encoding.DER))


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class TrustList:
    """Certificates in a folder, read anew for each question: what a person puts there counts from the next connection.

    Files are DER or PEM; revocation lists are ``*.crl``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def objection(self, certificate: x509.Certificate, now: datetime | None = None) -> Text | None:
        """Why this certificate is not to be trusted now; None when it is."""
        found = self._objection(certificate, now or datetime.now(UTC))
        if found:
            self._keep(certificate)
        return found

    def _objection(self, certificate: x509.Certificate, now: datetime) -> Text | None:
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_BITS:
            return text(
                "certificate of {subject} has a key other than RSA of {limit} bits or more",
                **_who(certificate),
                limit=_LEAST_BITS,
            )
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            return text(
                "certificate of {subject} is not valid at this time: {since} to {until}",
                **_who(certificate),
                since=certificate.not_valid_before_utc.date(),
                until=certificate.not_valid_after_utc.date(),
            )
        if not _is_issued(certificate, self._listed(), now):
            return text(
                "certificate of {subject} is not trusted (SHA-256 {thumbprint}): if it is whom it says, move it from"
                " {rejected} to the folder above",
                **_who(certificate),
                thumbprint=thumbprint(certificate)[:16],
                rejected=str(self.folder / REJECTED),
            )
        if self._is_revoked(certificate):
            return text("certificate of {subject} has been revoked", **_who(certificate))
        return None

    def _listed(self) -> list[x509.Certificate]:
        found = []
        for path in sorted(self.folder.iterdir()):
            if path.suffix.lower() in _ENDINGS and path.is_file():
                with suppress(ValueError, OSError):
                    found.append(load(path))
        return found

    def _is_revoked(self, certificate: x509.Certificate) -> bool:
        for path in sorted(self.folder.glob("*.crl")):
            with suppress(ValueError, OSError):
                content = path.read_bytes()
                is_pem = content.lstrip().startswith(b"-----")
                listed = (x509.load_pem_x509_crl if is_pem else x509.load_der_x509_crl)(content)
                number = certificate.serial_number
                if listed.issuer == certificate.issuer and listed.get_revoked_certificate_by_serial_number(number):
                    return True
        return False

    def _keep(self, certificate: x509.Certificate) -> None:
        """Keep a stranger's certificate for a person to look at; a flood of strangers fills no disk."""
        folder = self.folder / REJECTED
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
            if sum(1 for _ in folder.iterdir()) < _MOST_REJECTED:
                (folder / f"{thumbprint(certificate)[:16]}.der").write_bytes(certificate.public_bytes(Encoding.DER))


@dataclass(frozen=True)
class Security:
    """Basic256Sha256 with this identity and this list; ``mode``: messages are signed, or signed and encrypted."""

    identity: Identity
    trusted: TrustList
    mode: Literal["Sign", "SignAndEncrypt"] = "SignAndEncrypt"


def load(path: Path) -> x509.Certificate:
    """A certificate of a DER or PEM file.

    Raises
    ------
    ValueError, OSError : it is none
    """
    content = path.read_bytes()
    is_pem = content.lstrip().startswith(b"-----")
    return x509.load_pem_x509_certificate(content) if is_pem else x509.load_der_x509_certificate(content)


def thumbprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, as every tool shows it."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def names_application(certificate: x509.Certificate, uri: str) -> bool:
    """Whether the certificate is that of the application that calls itself ``uri``."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return uri in names.get_values_for_type(x509.UniformResourceIdentifier)


def _is_issued(certificate: x509.Certificate, listed: list[x509.Certificate], now: datetime) -> bool:
    """Listed itself, or issued by a listed authority, whose own issuers must be listed up to the root."""
    if certificate in listed:
        return True
    for _ in range(_LONGEST_CHAIN):
        issuer = next((each for each in listed if _issued(each, certificate, now)), None)
        if issuer is None:
            return False
        if issuer.issuer == issuer.subject:
            return True
        certificate = issuer
    return False


def _issued(issuer: x509.Certificate, certificate: x509.Certificate, now: datetime) -> bool:
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
        certificate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
        return False
    is_now = issuer.not_valid_before_utc <= now <= issuer.not_valid_after_utc
    return constraints.ca and usage.key_cert_sign and is_now


def _who(certificate: x509.Certificate) -> dict[str, object]:
    return {"subject": certificate.subject.rfc4514_string()[:120] or "-"}


def check_identity(identity: Identity) -> None:
    """Say at once what the library would say late.

    Raises
    ------
    BadInput : certificate or key is not there or not what it says
    """
    try:
        certificate = load(identity.certificate)
        is_pem = identity.key.read_bytes().lstrip().startswith(b"-----")
    except (ValueError, OSError) as error:
        raise BadInput(
            text(
                "certificate {file} cannot be read ({reason}): DER or PEM, and its key as PEM",
                file=str(identity.certificate),
                reason=getattr(error, "strerror", "") or str(error),
            )
        ) from error
    if not names_application(certificate, identity.application_uri) or not is_pem or identity.key.suffix != ".pem":
        raise BadInput(
            text(
                "certificate {file} must name {uri}, and its key must be a file *.pem",
                file=str(identity.certificate),
                uri=identity.application_uri,
            )
        )
