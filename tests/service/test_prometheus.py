"""A real Prometheus reads a real receiver, and every query of the Grafana dashboard returns data."""

import json
import os
import re
import shutil
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from reviewbot.ledger import open_ledger
from reviewbot.ledger.record import CommandWork, Ending, PullKey
from reviewbot.metrics import EVENTS, Metrics
from tests.dashboard.sample import MadeUpClock, Story
from tests.fake_github import FakeGitHub
from tests.ledger.cases import delivery
from tests.service.stack import ROOT, Stack, eventually, free_port, listens
from tests.webhook.conftest import Running, headers_of
from tests.webhook.payloads import as_body, pull_request

TOKEN = "a-token-for-the-metrics-of-the-tests"  # noqa: S105  it protects nothing
DASHBOARD = ROOT / "deploy" / "grafana" / "reviewbot.json"


def prometheus_or_skip() -> str:
    found = shutil.which("prometheus")
    if found is None:
        said = "Not tested with Prometheus: there is none. tools/install-services installs it."
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    return found


def queries() -> list[str]:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return [target["expr"].replace("$__rate_interval", "1m") for panel in panels for target in panel["targets"]]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with FakeGitHub(contents_per_minute=None) as hub, Stack(hub, tmp_path) as stack:
        yield stack


@contextmanager
def told(stack: Stack) -> Iterator[Story]:
    """A ledger with something of everything that a metric counts, and how to add to it."""
    clock = MadeUpClock(time.time())
    with closing(open_ledger(f"sqlite:///{stack.folder}/ledger.sqlite", clock)) as ledger:
        story = Story(ledger, clock)
        story.half_a_year(weeks=2, each=3)
        on = PullKey(11, "acme/shop", 500, 41)
        ledger.record_delivery(delivery(CommandWork(on, 1, False, "ann", 1, "/reviewbot help", 1.0)))  # noqa: FBT003
        while (claim := ledger.claim("me", 60.0)) is not None:
            ledger.finish(claim, Ending.ANSWERED)
        yield story


def deliver(stack: Stack) -> None:
    body = as_body(pull_request())
    request = urllib.request.Request(  # noqa: S310  our own receiver
        stack.url, body, headers_of("pull_request", body, secret=stack.hub.webhook_secret), method="POST"
    )
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310  as above


def test_a_real_prometheus_gets_data_for_each_query_of_the_dashboard(stack: Stack) -> None:
    program = prometheus_or_skip()
    stack.serve(workers=0, REVIEWBOT_METRICS_TOKEN=TOKEN)
    configured = yaml.safe_load((ROOT / "deploy" / "grafana" / "prometheus.yml").read_text())
    (job,) = configured["scrape_configs"]
    token = stack.folder / "token"
    token.write_text(TOKEN)
    job |= {"scrape_interval": "2s", "scrape_timeout": "2s", "authorization": {"credentials_file": str(token)}}
    job["static_configs"] = [{"targets": [f"127.0.0.1:{stack.port}"]}]
    (stack.folder / "prometheus.yml").write_text(yaml.safe_dump(configured))
    port = free_port()
    stack.run(
        "prometheus",
        program,
        f"--config.file={stack.folder}/prometheus.yml",
        f"--storage.tsdb.path={stack.folder}/metrics",
        f"--web.listen-address=127.0.0.1:{port}",
    )
    assert eventually(lambda: listens(port), 60), stack.told()

    missing: list[str] = []

    def answered(story: Story) -> bool:
        deliver(stack)
        story.take_the_rest()
        story.review("coder", refused=0.5)  # what does not grow has no share of its growth
        missing[:] = [query for query in queries() if not found(port, query)]
        return not missing

    with told(stack) as story:
        done = eventually(lambda: answered(story), 120)
    assert done, (missing, stack.told())


def found(port: int, query: str) -> list[Any]:
    address = f"http://127.0.0.1:{port}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            result: list[Any] = json.load(answer)["data"]["result"]
    except OSError:
        return []
    return result


def test_each_metric_of_the_dashboard_is_one_that_we_tell() -> None:
    told = Metrics(None).text().decode()
    assert "reviewbot_deliveries" in told
    names = {name for query in queries() for name in re.findall(r"reviewbot_[a-z_]+", query)}
    assert len(names) > 12
    assert all(panel["description"] or panel["title"] for panel in json.loads(DASHBOARD.read_text())["panels"])


def test_the_page_is_for_whoever_has_the_token(start: Any, office: Any) -> None:
    running: Running = start(office.ledger, metrics=Metrics(office.ledger), metrics_token=TOKEN)
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        answer = running.request("GET", "/metrics", b"", headers)
        assert (answer.status, answer.text) == (401, "Send the metrics token.")
    answer = running.request("GET", "/metrics", b"", {"Authorization": f"Bearer {TOKEN}"})
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert "reviewbot_queue_oldest_seconds 0.0" in answer.text


def test_labels_are_few_whatever_is_sent(start: Any, office: Any) -> None:
    metrics = Metrics(office.ledger)
    running: Running = start(office.ledger, metrics=metrics, metrics_token=TOKEN)
    for number in range(30):
        running.deliver(f"event_{number}", pull_request())
        running.deliver("pull_request", pull_request(), X_Hub_Signature_256="sha256=0")
    running.deliver("pull_request", pull_request(), "one")
    running.deliver("pull_request", pull_request(), "one")
    lines = [line for line in metrics.text().decode().splitlines() if line.startswith("reviewbot_deliveries_total")]
    assert sorted(lines) == [
        'reviewbot_deliveries_total{event="other",outcome="ignored"} 30.0',
        'reviewbot_deliveries_total{event="pull_request",outcome="known"} 1.0',
        'reviewbot_deliveries_total{event="pull_request",outcome="recorded"} 1.0',
        'reviewbot_deliveries_total{event="unverified",outcome="refused"} 30.0',
    ]
    assert "pull_request" in EVENTS
