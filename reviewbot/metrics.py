"""What Prometheus reads at /metrics: the receiver's own counts of deliveries, and the ledger's of everything else.

The ledger's counts are written by all workers, so that one receiver tells of all of them. No label names a
repository, a person or a path; the names of models are at most `MAX_MODELS`.
"""

import hmac
from collections.abc import Iterable, Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from pydantic import SecretStr
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from reviewbot import __version__
from reviewbot.errors import UnavailableError
from reviewbot.ledger.history import GIVEN_UP
from reviewbot.ledger.tally import (
    BOUNDS,
    COMMANDS,
    DEATHS,
    FINDINGS,
    REVIEWS,
    SECONDS,
    SECONDS_SUM,
    SUGGESTIONS,
    Budget,
    Series,
)
from reviewbot.ledger.view import QueueState

EVENTS = frozenset(
    {
        "check_run",
        "check_suite",
        "installation",
        "installation_repositories",
        "issue_comment",
        "ping",
        "pull_request",
        "pull_request_review",
        "pull_request_review_comment",
        "push",
    }
)
"""The events that get a label of their own; whoever knows the webhook's secret could send any name."""


class Accounts(Protocol):
    """What the metrics read of the ledger."""

    def tallies(self) -> dict[Series, float]:
        """Return all counts."""

    def queue_state(self) -> QueueState:
        """Return what waits and what is under way."""

    def tightest_budget(self) -> Budget | None:
        """Return the budget of the installation with the smallest share left."""

    def cursor(self, name: str) -> str | None:
        """Return what the sweeper noted."""


class Metrics:
    """The metrics of one receiver. Without a ledger only deliveries are counted."""

    def __init__(self, accounts: Accounts | None = None) -> None:
        self._registry = CollectorRegistry()
        self._deliveries = Counter(
            "reviewbot_deliveries",
            "Webhook deliveries, by event and by what became of them.",
            ["event", "outcome"],
            registry=self._registry,
        )
        if accounts is not None:
            self._registry.register(_Ledger(accounts))

    def delivered(self, event: str, outcome: str) -> None:
        """Count one delivery. One whose signature was not checked has no event: anybody can send that."""
        known = event if event in EVENTS else "other" if event else "unverified"
        self._deliveries.labels(known, outcome).inc()

    def text(self) -> bytes:
        """Return everything in Prometheus's format.

        Raises:
            UnavailableError: the ledger is away.
        """
        return generate_latest(self._registry)

    def route(self, token: SecretStr) -> Route:
        """Return the page /metrics for whoever sends `token` as a bearer token."""
        expected = f"Bearer {token.get_secret_value()}".encode()

        async def show(request: Request) -> Response:
            given = request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(given, expected):
                return PlainTextResponse("Send the metrics token.", 401, {"WWW-Authenticate": "Bearer"})
            try:
                text = await run_in_threadpool(self.text)
            except UnavailableError as error:
                return PlainTextResponse(str(error), 503)
            return Response(text, media_type=CONTENT_TYPE_LATEST)

        return Route("/metrics", show)


class _Ledger:
    """Reads the ledger anew at each scrape."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def describe(self) -> Iterable[Metric]:
        """Say nothing beforehand: the registry would ask the ledger at once."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield what the ledger holds now."""
        tallies = self._accounts.tallies()
        yield _labelled("reviewbot_reviews", "Reviews that ended, by outcome.", "outcome", tallies, REVIEWS)
        yield _labelled("reviewbot_commands", "Commands that ended, by outcome.", "outcome", tallies, COMMANDS)
        yield _labelled("reviewbot_findings", "Findings reported, by severity.", "severity", tallies, FINDINGS)
        yield _labelled("reviewbot_deaths", "Workers that died in the middle of work.", "company", tallies, DEATHS)
        for word in SUGGESTIONS:
            name = f"reviewbot_suggestions_{word}"
            yield _labelled(name, f"Suggestions {word}, by who wrote them.", "model", tallies, word)
        yield _seconds(tallies)
        yield from _queue(self._accounts.queue_state())
        yield from _budget(self._accounts.tightest_budget())
        yield GaugeMetricFamily(
            "reviewbot_deliveries_given_up",
            "Deliveries of the last three days that never arrived and are not asked for again.",
            value=float(self._accounts.cursor(GIVEN_UP) or 0),
        )
        version = GaugeMetricFamily("reviewbot_info", "Which version runs.", labels=["version"])
        version.add_metric([__version__], 1)
        yield version


def _labelled(name: str, said: str, label: str, tallies: dict[Series, float], counted: str) -> CounterMetricFamily:
    family = CounterMetricFamily(name, said, labels=[label])
    for series, value in tallies.items():
        if series.name == counted:
            family.add_metric(list(series.labels), value)
    return family


def _seconds(tallies: dict[Series, float]) -> HistogramMetricFamily:
    family = HistogramMetricFamily("reviewbot_step_seconds", "Seconds that each step took.", labels=["step"])
    for series, total in tallies.items():
        if series.name == SECONDS_SUM:
            (step,) = series.labels
            buckets, seen = [], 0.0
            for bound in (*map(str, BOUNDS), "+Inf"):
                seen += tallies.get(Series(SECONDS, (step, bound)), 0.0)
                buckets.append((bound, seen))
            family.add_metric([step], buckets, total)
    return family


def _queue(state: QueueState) -> Iterator[Metric]:
    rows = GaugeMetricFamily("reviewbot_queue_rows", "Pull requests and commands, by state.", labels=["state"])
    for name, number in state.rows.items():
        rows.add_metric([name], number)
    yield rows
    yield GaugeMetricFamily(
        "reviewbot_queue_oldest_seconds",
        "For how long the oldest claimable row has waited; 0 if none does.",
        value=state.oldest_waiting_seconds or 0.0,
    )
    yield GaugeMetricFamily("reviewbot_paused_installations", "Installations that wait.", value=state.paused)


def _budget(known: Budget | None) -> Iterator[Metric]:
    if known is not None:
        for name, value in (("limit", known.ceiling), ("remaining", known.remaining)):
            said = f"GitHub's rate limit, {name}, of the installation with the smallest share left."
            yield GaugeMetricFamily(f"reviewbot_github_requests_{name}", said, value=value)
