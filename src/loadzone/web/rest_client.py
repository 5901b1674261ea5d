"""A small client of the REST interface in Python, without any dependency: what the tests use, and scripts may.

>>> client = Client("http://127.0.0.1:8000", "lz_...")
>>> [alarm["id"] for alarm in client.items("/alarms", position="drive")]  # doctest: +SKIP
"""

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

import numpy as np
from numpy.typing import NDArray

from loadzone.words.errors import BadInput, LoadzoneError, StoreUnavailable
from loadzone.words.texts import text

ROOT = "/api/v1"
OCTETS = "application/octet-stream"
PART_BYTES = 8 << 20
ATTEMPTS = 6
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 10.0


class Refused(LoadzoneError):
    """The platform answered with a problem; its fields: ``status``, ``code`` (as unknown_thing) and ``detail``."""

    code = "refused"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Sends one request; raises `StoreUnavailable` where nobody answers."""

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """The answer, whatever its status; names of headers in lower case."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples from number ``start`` on, of shape (n,), in ``unit``."""

    values: NDArray[np.float32]
    start: int
    fs_hz: float
    unit: str


@dataclass(frozen=True, eq=False)
class Pairs:
    """Least and greatest of every ``step`` samples from number ``start`` on; (m,) each."""

    minima: NDArray[np.float32]
    maxima: NDArray[np.float32]
    start: int
    step: int


class Client:
    """Somebody who asks, with a token or after `sign_in`."""

    def __init__(self, address: str, token: str | None = None, *, transport: Transport | None = None) -> None:
        self._address = address.rstrip("/")
        self._token = token
        self._transport = transport or over_http(self._address)

    def sign_in(self, login: str, password: str) -> Mapping[str, Any]:
        """Open a session, and use it from now on."""
        session: Mapping[str, Any] = self.write("POST", "/sessions", {"login": login, "password": password})
        self._token = session["secret"]
        return session

    def get(self, path: str, **params: str | int | None) -> Any:  # noqa: ANN401  what JSON holds
        """One thing below /api/v1.

        Raises
        ------
        Refused : the platform says why not
        StoreUnavailable : nobody answers
        """
        return json.loads(self._ask("GET", path, params=params).body)

    def items(self, path: str, **params: str | int | None) -> Iterator[Mapping[str, Any]]:
        """All items of a list, page by page."""
        after: str | None = None
        while True:
            page = self.get(path, **params, after=after)
            yield from page["items"]
            after = page["next_cursor"]
            if after is None:
                return

    def write(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401  as above
        """Enter or change something: done once, however often the connection breaks."""
        headers = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        answer = self._patiently(method, path, headers, content)
        return json.loads(answer.body) if answer.body else None

    def samples(self, organisation: str, waveform: str, start: int = 0, stop: int | None = None) -> Samples:
        """Samples of a waveform."""
        answer = self._ask("GET", _waveform(organisation, waveform, "samples"), params={"start": start, "stop": stop})
        told = answer.headers
        values = np.frombuffer(answer.body, dtype="<f4")
        return Samples(values, int(told["x-start-sample"]), float(told["x-rate-hz"]), told["x-unit"])

    def pairs(self, organisation: str, waveform: str, count: int, start: int = 0, stop: int | None = None) -> Pairs:
        """Least and greatest of about ``count`` equal parts, for a drawing."""
        params = {"start": start, "stop": stop, "count": count}
        answer = self._ask("GET", _waveform(organisation, waveform, "pairs"), params=params)
        low, high = np.frombuffer(answer.body, dtype="<f4").reshape(2, -1)
        return Pairs(low, high, int(answer.headers["x-start-sample"]), int(answer.headers["x-step-samples"]))

    def upload(
        self, organisation: str, position: str, file: Path, *, part_bytes: int = PART_BYTES
    ) -> Mapping[str, Any]:
        """Send a file in parts; a part that was cut is sent from where the upload stands.

        Raises
        ------
        Refused : the platform says why not
        StoreUnavailable : nobody answered for long
        """
        path = f"/organisations/{organisation}/positions/{position}/uploads"
        size = file.stat().st_size
        state = self.write("POST", path, {"name": file.name, "size_bytes": size})
        where = f"{path}/{state['id']}"
        with file.open("rb") as source:
            for attempt in range(ATTEMPTS):
                try:
                    while state["arrived"] is None:
                        source.seek(state["offset_bytes"])
                        headers = {"Content-Type": OCTETS, "Upload-Offset": str(state["offset_bytes"])}
                        answer = self._ask("PATCH", where, headers, source.read(part_bytes))
                        state = json.loads(answer.body)
                except (StoreUnavailable, Refused) as error:
                    if not _is_passing(error) or attempt + 1 == ATTEMPTS:
                        raise
                    _wait(attempt)
                    state = json.loads(self._patiently("GET", where, {}, None).body)
                else:
                    break
        found: Mapping[str, Any] = state
        return found

    def events(self, *, position: str = "") -> Iterator[Mapping[str, Any]]:
        """Live events; a broken connection is mended, and what was missed comes.

        ``{"type": "again"}`` says that some could not be had: read again what you keep.

        Raises
        ------
        Refused : not signed in, or not allowed
        """
        from websockets.exceptions import ConnectionClosed, InvalidHandshake
        from websockets.sync.client import connect

        scheme = "wss" if self._address.startswith("https") else "ws"
        headers = {"Authorization": f"Bearer {self._token}"}
        cursor, failures = "", 0
        while True:
            query = urlencode({"after": cursor, "position": position})
            address = f"{scheme}://{urlsplit(self._address).netloc}{ROOT}/live?{query}"
            try:
                with connect(address, additional_headers=headers) as socket:
                    for message in socket:
                        failures = 0
                        told = json.loads(message)
                        if told["type"] == "gap" or (told["type"] == "hello" and not told["is_whole"]):
                            yield {"type": "again"}
                        cursor = told.get("cursor", cursor)
                        if told["type"] == "event":
                            yield told
            except ConnectionClosed as error:
                if error.rcvd is not None and error.rcvd.code in {4401, 4403}:
                    raise _refused(error.rcvd.code - 4000, error.rcvd.reason, error.rcvd.reason) from error
            except (OSError, InvalidHandshake):
                pass
            _wait(failures)
            failures += 1

    def _patiently(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Ask again while nobody answers; the key of the headers keeps a write from being done twice."""
        for attempt in range(ATTEMPTS):
            try:
                return self._ask(method, path, headers, body)
            except (StoreUnavailable, Refused) as error:
                if not _is_passing(error) or attempt + 1 == ATTEMPTS:
                    raise
                _wait(attempt)
        raise AssertionError

    def _ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Answer:
        given = {name: value for name, value in (params or {}).items() if value is not None}
        query = f"?{urlencode(given)}" if given else ""
        own = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        answer = self._transport(method, f"{ROOT}{quote(path)}{query}", {**own, **(headers or {})}, body)
        if answer.status >= 400:
            raise _problem(answer)
        return answer


def over_http(address: str, timeout_s: float = 60.0) -> Transport:
    """The standard library's way over the network.

    Raises
    ------
    BadInput : no address of a web server
    """
    if urlsplit(address).scheme not in {"http", "https"}:
        raise BadInput(text("{address} is no address of a platform: give http://HOST:PORT", address=address))

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        request = Request(address + path, data=body, headers=dict(headers), method=method)  # noqa: S310  checked above
        try:
            with urlopen(request, timeout=timeout_s) as answer:  # noqa: S310  as above
                return Answer(answer.status, _lower(answer.headers), answer.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, _lower(error.headers), error.read())
        except (URLError, OSError) as error:
            raise StoreUnavailable(
                text("{address} does not answer ({reason})", address=address, reason=error)
            ) from error

    return send


def _lower(headers: Any) -> Mapping[str, str]:  # noqa: ANN401  a message of the standard library
    return {name.lower(): value for name, value in headers.items()}


def _waveform(organisation: str, waveform: str, part: str) -> str:
    return f"/organisations/{organisation}/waveforms/{waveform}/{part}"


def _problem(answer: Answer) -> Refused:
    try:
        told = json.loads(answer.body)
        return _refused(answer.status, str(told["type"]).rpartition("/")[2], str(told["detail"]))
    except (ValueError, KeyError, TypeError):
        return _refused(answer.status, "unknown", answer.body[:200].decode("utf-8", "replace"))


def _refused(status: int, code: str, detail: str) -> Refused:
    return Refused(text("the platform refused ({status}, {code}): {detail}", status=status, code=code, detail=detail))


def _is_passing(error: LoadzoneError) -> bool:
    return isinstance(error, StoreUnavailable) or error.fields.get("status") in {429, 502, 503, 504}


def _wait(attempt: int) -> None:
    time.sleep(min(FIRST_WAIT_S * 2**attempt, LONGEST_WAIT_S))
