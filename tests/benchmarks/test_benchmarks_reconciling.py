"""That the benchmark of reconciling measures what it says, on a fake proxy."""

from __future__ import annotations

from benchmarks.reconciling import Proxy, measure
from fakes import Loopback
from fakes.litellm import LiteLLM


def test_a_small_organisation_comes_into_force() -> None:
    """Everything is created and found again, with few calls; nothing stays behind."""
    fake = LiteLLM()
    with Loopback(fake.exchange) as place:
        table = measure(Proxy(place.url, fake.master_key), keys=6, teams=3, rounds=1)
    *_, calls = table.rows
    assert (calls.ours, calls.met) == ("4", True)
    assert "6 keys in 3 teams" in table.about
    assert not list(fake.tables.rows("keys"))
