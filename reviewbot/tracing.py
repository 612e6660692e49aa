"""OpenTelemetry traces, where they are asked for: one trace goes from a delivery through its task to the review.

Spans hold names of events and steps, row numbers and counts. They hold no code, token, title, path or name of a
repository, and no text of an error: `span` takes what is named to it and nothing else.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING, Protocol

from reviewbot import __version__
from reviewbot.errors import ConfigError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider


class Tracer(Protocol):
    """Where spans begin."""

    def span(self, name: str, parent: str = "", **about: str | int) -> AbstractContextManager[str]:
        """Open a span under the present one, or under `parent` (a W3C traceparent). It yields its own traceparent."""


class NoTracer:
    """Traces nothing, at no cost."""

    def span(self, name: str, parent: str = "", **about: str | int) -> AbstractContextManager[str]:
        """Do nothing."""
        del name, parent, about
        return nullcontext("")


class OpenTelemetryTracer:
    """Hands spans to a provider of OpenTelemetry's. It leaves the process-wide provider alone."""

    def __init__(self, provider: "TracerProvider") -> None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415  optional

        self._tracer = provider.get_tracer("reviewbot", __version__)
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def span(self, name: str, parent: str = "", **about: str | int) -> Iterator[str]:
        """Open a span. An error that passes through marks it with its kind: its text may quote code."""
        from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415  optional

        context = self._propagator.extract({"traceparent": parent}) if parent else None
        attributes = {f"reviewbot.{key}": value for key, value in about.items()}
        begun = self._tracer.start_as_current_span(
            name, context, attributes=attributes, record_exception=False, set_status_on_exception=False
        )
        with begun as opened, ExitStack() as leaving:

            def mark(kind: type[BaseException] | None, *_: object) -> None:
                if kind is not None:
                    opened.set_status(Status(StatusCode.ERROR, kind.__name__))

            leaving.push(mark)
            carrier: dict[str, str] = {}
            self._propagator.inject(carrier)
            yield carrier.get("traceparent", "")


def open_tracer(endpoint: str | None, service: str) -> Tracer:
    """Return a tracer that sends to `endpoint` (OTLP over HTTP) in the background; without one it does nothing.

    What cannot be sent is dropped: no work waits for a collector.

    Raises:
        ConfigError: OpenTelemetry is not installed.
    """
    if endpoint is None:
        return NoTracer()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  optional
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  optional
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  optional
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415  optional
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"REVIEWBOT_TRACE_ENDPOINT is set, and {error.name} is missing. Install reviewbot[otel]."
        ) from None
    named = {"service.name": f"reviewbot-{service}", "service.version": __version__}
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    return OpenTelemetryTracer(provider)
