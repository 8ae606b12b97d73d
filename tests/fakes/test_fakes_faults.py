"""Faults are the same in the process and over a socket, and the journal tells what had an effect."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from fakes import Dropped, Duplicated, Extra, Fault, Faults, Html, Loopback, Refused, Stale, Status, Timeout, Truncated
from fakes.litellm import LiteLLM

MASTER = {"Authorization": "Bearer sk-master-1234"}


@pytest.fixture
def proxy() -> LiteLLM:
    return LiteLLM()


@pytest.fixture(params=["in process", "socket"])
def client(proxy: LiteLLM, request: pytest.FixtureRequest) -> Iterator[httpx2.Client]:
    if request.param == "in process":
        with proxy.client(headers=MASTER) as near:
            yield near
        return
    with Loopback(proxy.exchange) as there, httpx2.Client(base_url=there.url, headers=MASTER, timeout=0.5) as far:
        yield far


BROKEN: list[tuple[Fault, type[Exception], int]] = [
    (Timeout(), httpx2.ReadTimeout, 0),
    (Timeout(after_effect=True), httpx2.ReadTimeout, 1),
    (Dropped(after_effect=False), httpx2.RemoteProtocolError, 0),
    (Dropped(), httpx2.RemoteProtocolError, 1),
    (Refused(), httpx2.NetworkError, 0),
    (Truncated(), httpx2.RemoteProtocolError, 1),
]


@pytest.mark.parametrize(("fault", "raised", "effects"), BROKEN, ids=[str(case[0]) for case in BROKEN])
def test_broken_connections(
    proxy: LiteLLM, client: httpx2.Client, fault: Fault, raised: type[Exception], effects: int
) -> None:
    """The client sees the same error either way, and the journal whether the work was done."""
    proxy.faults.fail_next("POST", "/key/*", fault)
    with pytest.raises(raised):
        client.post("/key/generate", json={"key_alias": "a"})
    assert [(entry.status, entry.effects) for entry in proxy.journal] == [(None, effects)]
    assert client.get("/key/list").json()["total_count"] == effects


STATUSES: list[tuple[Fault, int, int]] = [
    (Status(500), 500, 0),
    (Status(502, after_effect=True), 502, 1),
    (Html(), 502, 0),
    (Html(200, after_effect=True), 200, 1),
    (Truncated(declared=False), 200, 1),
    (Duplicated(), 200, 2),
]


@pytest.mark.parametrize(("fault", "status", "effects"), STATUSES, ids=[str(case[0]) for case in STATUSES])
def test_wrong_replies(proxy: LiteLLM, client: httpx2.Client, fault: Fault, status: int, effects: int) -> None:
    """A reply comes, and says less than it should."""
    proxy.faults.fail_next("*", "*", fault)
    assert client.post("/key/generate", json={}).status_code == status
    assert client.get("/key/list").json()["total_count"] == effects


def test_waits_are_told_in_seconds_and_as_dates(proxy: LiteLLM, client: httpx2.Client) -> None:
    """429 comes with a number, with a date, or with nothing."""
    for fault in (Status(429, 3), Status(429, 3, dated=True), Status(429)):
        proxy.faults.fail_next("GET", "*", fault)
    headers = [client.get("/key/list").headers.get("retry-after") for _ in range(4)]
    assert headers[0] == "3"
    assert headers[1] is not None
    assert headers[1].endswith(" GMT")
    assert headers[2:] == [None, None]


def test_reads_may_be_stale(proxy: LiteLLM, client: httpx2.Client) -> None:
    """A read sees the state of some writes ago, once."""
    for alias in ("a", "b", "c"):
        client.post("/key/generate", json={"key_alias": alias})
    proxy.faults.fail_next("GET", "/key/list", Stale(2))
    counts = [client.get("/key/list").json()["total_count"] for _ in range(2)]
    assert counts == [1, 3]


def test_headers_may_say_another_version(proxy: LiteLLM, client: httpx2.Client) -> None:
    """A scripted header is in the reply."""
    proxy.faults.fail_next("GET", "*", Extra({"x-litellm-version": "9.0.0"}))
    assert client.get("/health/readiness").headers["x-litellm-version"] == "9.0.0"


def test_a_seed_means_the_same_run() -> None:
    """Two runs of a seed fail alike, another seed fails otherwise, and a healed one not at all."""

    def run(seed: int) -> list[int | None]:
        proxy = LiteLLM(faults=Faults(seed, ((0.2, Status(503)), (0.1, Timeout(after_effect=True)))))
        with proxy.client(headers=MASTER) as client:
            for _ in range(50):
                try:
                    client.post("/key/generate", json={})
                except httpx2.TransportError:
                    continue
            proxy.faults.heal()
            assert client.get("/key/list").status_code == 200
        return [entry.status for entry in proxy.journal]

    assert run(1) == run(1)
    assert run(1) != run(2)
    assert {200, 503, None} == set(run(1))


def test_the_journal_counts(proxy: LiteLLM, client: httpx2.Client) -> None:
    """Reads, writes, and the writes that changed something."""
    made = client.post("/key/generate", json={"key": "sk-0123456789abcdefgh"}).json()
    client.post("/key/generate", json={"key": "sk-0123456789abcdefgh"})
    client.get("/key/info", params={"key": made["token"]})
    journal = proxy.journal
    assert (len(journal.reads), len(journal.writes), len(journal.effective)) == (1, 2, 1)
    journal.clear()
    assert len(journal) == 0
