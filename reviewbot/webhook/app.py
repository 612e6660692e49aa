"""The receiver as an ASGI application: POST /github, /healthz and /readyz."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Lifespan, Receive, Scope, Send

from reviewbot.errors import PayloadError, SignatureError, UnavailableError
from reviewbot.github import events
from reviewbot.github.signature import verify
from reviewbot.ledger.record import Delivery
from reviewbot.metrics import Metrics
from reviewbot.settings import ReceiverSettings
from reviewbot.tracing import NoTracer, Tracer
from reviewbot.webhook.intake import work_of
from reviewbot.webhook.recorder import Book, Recorder, Wake

RETRY_AFTER_SECONDS = 5
MAX_HEADER_BYTES = 16_384

type _Headers = dict[str, str]

_NEW, _KNOWN = (JSONResponse({"recorded": True, "new": new}, 202) for new in (True, False))
_EVENT = re.compile(r"[a-z0-9_]{1,64}")
_GUID = re.compile(r"[0-9A-Za-z-]{1,64}")


def create_app(  # noqa: PLR0913  two to work with, and what differs between doors by name
    settings: ReceiverSettings,
    book: Book,
    *,
    wake: Wake,
    stop: Callable[[], None],
    broker_alive: Callable[[], bool] | None = None,
    routes: Sequence[BaseRoute] = (),
    metrics: Metrics | None = None,
    tracer: Tracer | None = None,
) -> Starlette:
    """Return the application.

    Args:
        settings: its limits and the webhook's secrets.
        book: the ledger.
        wake: told the rows that wait, after each commit.
        stop: called if deliveries can no longer be recorded: end the process, so that it is started afresh.
        broker_alive: asks the broker, for /readyz; None where there is none.
        routes: more pages to serve.
        metrics: counts each delivery, and is served at /metrics.
        tracer: where the trace of a delivery begins.
    """
    recorder = Recorder(book, wake)
    receiver = _Receiver(settings, recorder, metrics or Metrics(), tracer or NoTracer())
    health = _Health(settings, book, recorder, broker_alive)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        writing = asyncio.create_task(recorder.run())
        writing.add_done_callback(lambda task: None if task.cancelled() else stop())
        yield
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)

    own = (
        Route("/github", lambda _request: PlainTextResponse("Deliveries are posted.", 405), methods=["POST"]),
        Route("/healthz", health.healthz),
        Route("/readyz", health.readyz),
    )
    shown = () if metrics is None or settings.metrics_token is None else (metrics.route(settings.metrics_token),)
    return _App(receiver, routes=[*own, *shown, *routes], lifespan=lifespan)


class _App(Starlette):
    """Starlette, but for deliveries: they go past its routing and middleware, which cost as much as their signature."""

    def __init__(self, receiver: "_Receiver", routes: Sequence[BaseRoute], lifespan: Lifespan[Starlette]) -> None:
        super().__init__(routes=routes, lifespan=lifespan)
        self._receiver = receiver

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"] == "/github" and scope["method"] == "POST":
            answer = await self._receiver.receive(_headers(scope), receive)
            await answer(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class _Receiver:
    def __init__(self, settings: ReceiverSettings, recorder: Recorder, metrics: Metrics, tracer: Tracer) -> None:
        self._settings = settings
        self._recorder = recorder
        self._metrics = metrics
        self._tracer = tracer
        self._in_hand = 0
        self._log = structlog.get_logger("reviewbot.webhook")

    async def receive(self, headers: _Headers, receive: Receive) -> Response:
        """Answer one delivery: 202 recorded, 200 nothing to do, 4xx refused, 503 come again."""
        if self._in_hand >= self._settings.max_deliveries:
            self._metrics.delivered("", "unavailable")
            return _later("Too many deliveries at once.")
        self._in_hand += 1
        try:
            return await self._answer(headers, receive)
        except HTTPException as refusal:
            self._metrics.delivered("", "refused")
            self._log.warning("delivery refused", status=refusal.status_code, reason=refusal.detail, **_named(headers))
            return PlainTextResponse(refusal.detail, refusal.status_code)
        finally:
            self._in_hand -= 1

    async def _answer(self, headers: _Headers, receive: Receive) -> Response:
        _check_headers(headers)
        body = await _read(headers, receive, self._settings)
        name, guid = self._check_signature(headers, body)
        try:
            delivery = events.parse_delivery(name, body, alias=self._settings.review_alias)
        except PayloadError as error:
            raise HTTPException(400, str(error)) from None
        if isinstance(delivery.event, events.Ignored):
            self._metrics.delivered(name, "ignored")
            self._log.info("delivery ignored", reason=delivery.event.reason, **_named(headers))
            return JSONResponse({"ignored": delivery.event.reason})
        digest = hashlib.sha256(body).hexdigest()
        with self._tracer.span("webhook.delivery", event=name, action=delivery.action or "") as trace:
            work = work_of(delivery.event)
            return await self._record(Delivery(guid, name, delivery.action or "", digest, work, trace))

    def _check_signature(self, headers: _Headers, body: bytes) -> tuple[str, str]:
        """Return the event's name and the delivery's id. Neither is signed."""
        signature, name, guid = (
            headers.get(header, "") for header in ("x-hub-signature-256", "x-github-event", "x-github-delivery")
        )
        try:
            verify(body, signature or None, self._settings.webhook_secrets)
        except SignatureError as error:
            raise HTTPException(401, str(error)) from None
        if not _EVENT.fullmatch(name) or not _GUID.fullmatch(guid):
            raise HTTPException(400, "The X-GitHub-Event or X-GitHub-Delivery header is missing or malformed.")
        return name, guid

    async def _record(self, delivery: Delivery) -> Response:
        try:
            recorded = await self._recorder.record(delivery)
        except UnavailableError as error:
            self._metrics.delivered(delivery.event, "unavailable")
            self._log.error("delivery not recorded", error=str(error), guid=delivery.guid)
            return _later("The delivery could not be recorded.")
        self._metrics.delivered(delivery.event, "recorded" if recorded.new else "known")
        return _NEW if recorded.new else _KNOWN


class _Health:
    def __init__(
        self,
        settings: ReceiverSettings,
        book: Book,
        recorder: Recorder,
        broker_alive: Callable[[], bool] | None,
    ) -> None:
        self._settings = settings
        self._book = book
        self._recorder = recorder
        self._broker_alive = broker_alive

    async def healthz(self, _request: Request) -> Response:
        """Say whether deliveries can be taken; 503 asks for a restart."""
        return PlainTextResponse("ok") if self._recorder.alive else PlainTextResponse("cannot record", 503)

    async def readyz(self, _request: Request) -> Response:
        """Say how database, broker and workers are. Without a broker that is up, work is late but not lost."""
        try:
            age = await run_in_threadpool(self._book.oldest_waiting_age)
        except UnavailableError:
            return JSONResponse({"status": "unavailable", "database": "unavailable"}, 503)
        broker = "none"
        if self._broker_alive is not None:
            broker = "ok" if await run_in_threadpool(self._broker_alive) else "unavailable"
        late = age is not None and age > self._settings.max_waiting_seconds
        status = "late" if late else "degraded" if broker == "unavailable" else "ok"
        found = {"status": status, "database": "ok", "broker": broker, "oldest_waiting_seconds": age}
        return JSONResponse(found, 503 if late or not self._recorder.alive else 200)


def _headers(scope: Scope) -> _Headers:
    """Return the headers by name. Two of one name are one value with a comma: no signature, name or id."""
    headers: _Headers = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _check_headers(headers: _Headers) -> None:
    if sum(map(len, headers)) + sum(map(len, headers.values())) > MAX_HEADER_BYTES:
        raise HTTPException(431, "The headers are too long.")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "Set the webhook's content type to application/json.")
    if headers.get("content-encoding", "identity") != "identity":
        raise HTTPException(415, "The body is compressed: GitHub does not send it so.")


async def _read(headers: _Headers, receive: Receive, settings: ReceiverSettings) -> bytes:
    declared = headers.get("content-length", "")
    too_large = f"The body is larger than {settings.max_body_bytes} bytes."
    if declared.isdecimal() and int(declared[:20]) > settings.max_body_bytes:
        raise HTTPException(413, too_large)
    chunks, length, more = [], 0, True
    try:
        async with asyncio.timeout(settings.body_seconds):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise HTTPException(400, "The body was cut off.")
                chunks.append(message["body"])
                length += len(message["body"])
                more = message["more_body"]
                if length > settings.max_body_bytes:
                    raise HTTPException(413, too_large)
    except TimeoutError:
        raise HTTPException(408, "The body did not arrive in time.") from None
    return b"".join(chunks)


def _later(sentence: str) -> Response:
    return PlainTextResponse(sentence, 503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def _named(headers: _Headers) -> dict[str, str]:
    """Return what a delivery says of itself, cut short: nobody vouches for it."""
    return {
        "event_name": headers.get("x-github-event", "")[:64],
        "guid": headers.get("x-github-delivery", "")[:64],
    }
