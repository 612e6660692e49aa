"""One trace goes from the delivery through the task to the review, and holds nothing of what was reviewed."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from reviewbot.change import SourceFile
from reviewbot.errors import ScanError
from reviewbot.finding import Scan
from reviewbot.ledger.tally import Series
from reviewbot.ledger.view import Filter
from reviewbot.tracing import NoTracer, OpenTelemetryTracer, Tracer, open_tracer
from tests.fake_github.sending import send_waiting
from tests.fake_github.state import Pull
from tests.fakes import MarkerScanner
from tests.service.office import Office, drain
from tests.webhook.conftest import Running


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracer(exporter: InMemorySpanExporter) -> Iterator[Tracer]:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield OpenTelemetryTracer(provider)
    provider.shutdown()


def by_name(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


def test_one_trace_goes_from_the_delivery_to_the_posted_review(
    office: Office, pull: Pull, tracer: Tracer, exporter: InMemorySpanExporter, start: Callable[..., Running]
) -> None:
    receiver = start(office.ledger, tracer=tracer, webhook_secret=office.hub.webhook_secret)
    send_waiting(office.hub.world, f"http://127.0.0.1:{receiver.port}/github")
    drain(office.worker(tracer=tracer))

    assert len(office.hub.reviews(pull)) == 1
    spans = by_name(exporter)
    delivery, task, scanning = (
        spans[name] for name in ("webhook.delivery", "worker.task", "review: Scanning the change")
    )
    ids = {span.context.trace_id for span in (delivery, task, scanning) if span.context is not None}
    assert len(ids) == 1
    assert task.parent is not None
    assert scanning.parent is not None
    assert (task.parent.span_id, scanning.parent.span_id) == (_id(delivery), _id(task))
    assert spans["review: Posting the review"].attributes == {}
    told = repr([(span.name, span.attributes, span.events) for span in spans.values()])
    for secret in ("DANGER", "app.py", "acme", "shop", pull.title, office.hub.webhook_secret):
        assert secret not in told


def _id(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.span_id)


def test_an_error_is_told_by_its_kind_and_not_by_its_words(
    office: Office, pull: Pull, tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    class Failing(MarkerScanner):
        def scan(self, trees: Sequence[Sequence[SourceFile]]) -> Sequence[Scan]:
            raise ScanError(f"the line DANGER = 1 of {len(trees)} trees cannot be read")

    office.ask(pull)
    office.worker(Failing(), tracer=tracer).work()

    spans = by_name(exporter)
    assert spans["review: Scanning the change"].status.description == "ScanError"
    assert "DANGER" not in repr([(span.status.description, span.events) for span in spans.values()])


def test_the_seconds_of_each_step_are_kept_without_any_tracing(office: Office, pull: Pull) -> None:
    office.ask(pull)
    drain(office.worker())

    (row,), _ = office.ledger.pulls(Filter())
    assert row.run_id is not None
    made = office.ledger.run(row.run_id)
    assert made is not None
    names = [step.name for step in made.steps]
    assert names[:2] == ["Reading the change", "Scanning the change"]
    assert names[-1] == "Posting the review"
    assert office.ledger.tallies()[Series("reviews", ("failure",))] == 1


def test_github_s_own_word_on_the_budget_reaches_the_ledger(office: Office, pull: Pull) -> None:
    office.ask(pull)
    drain(office.worker())

    known = office.ledger.tightest_budget()
    assert known is not None
    assert 0 < known.remaining < known.ceiling


def test_without_an_endpoint_nothing_is_traced() -> None:
    tracer = open_tracer(None, "worker")
    assert isinstance(tracer, NoTracer)
    with tracer.span("a", parent="", event="b") as traceparent:
        assert traceparent == ""
