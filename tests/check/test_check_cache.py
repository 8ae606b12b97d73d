"""The cache of `remit check`: an optimisation that is never trusted."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from remit.check import DiskCache, cache_directory, open_cache


def _open(path: Path, **options: int) -> DiskCache:
    cache = open_cache(path / "tree", path / "cache", **options)
    assert cache is not None
    return cache


def test_what_was_put_is_there_in_the_next_run(tmp_path: Path) -> None:
    """A value survives closing, and is there before it too."""
    with _open(tmp_path) as cache:
        cache.put("a", b"1")
        assert cache.get("a") == b"1"
    with _open(tmp_path) as cache:
        assert cache.get("a") == b"1"
        assert cache.get("b") is None


def test_batches_reach_the_disk_before_closing(tmp_path: Path) -> None:
    """Two runs side by side see each other's full batches."""
    with _open(tmp_path) as one, _open(tmp_path) as other:
        for number in range(1_000):
            one.put(str(number), b"x")
        assert other.get("999") == b"x"


@pytest.mark.parametrize("stored", [b"short", b"\0" * 32 + b"1", "text", 7])
def test_a_damaged_value_is_not_there(tmp_path: Path, stored: object) -> None:
    """A value whose digest does not fit, or which is no bytes, is a miss."""
    with _open(tmp_path) as cache:
        cache.put("a", b"1")
    with sqlite3.connect(tmp_path / "cache/check.db") as database:
        database.execute("UPDATE entries SET value = ?", (stored,))
    with _open(tmp_path) as cache:
        assert cache.get("a") is None


def test_a_value_under_another_key_is_not_there(tmp_path: Path) -> None:
    """A sound value that was moved to another key is a miss."""
    with _open(tmp_path) as cache:
        cache.put("a", b"1")
    with sqlite3.connect(tmp_path / "cache/check.db") as database:
        database.execute("UPDATE entries SET key = 'b'")
    with _open(tmp_path) as cache:
        assert cache.get("b") is None


def test_a_file_that_is_no_database_is_replaced(tmp_path: Path) -> None:
    """Garbage in place of the database costs a miss and no more."""
    (tmp_path / "cache").mkdir(mode=0o700)
    (tmp_path / "cache/check.db").write_bytes(b"garbage " * 1_000)
    with _open(tmp_path) as cache:
        assert cache.get("a") is None
        cache.put("a", b"1")
    with _open(tmp_path) as cache:
        assert cache.get("a") == b"1"


def test_a_database_of_another_shape_is_replaced(tmp_path: Path) -> None:
    """A table without our columns is discarded."""
    (tmp_path / "cache").mkdir(mode=0o700)
    with sqlite3.connect(tmp_path / "cache/check.db") as database:
        database.execute("CREATE TABLE entries (other)")
    with _open(tmp_path) as cache:
        cache.put("a", b"1")
    with _open(tmp_path) as cache:
        assert cache.get("a") == b"1"


def test_damage_while_it_is_open_is_a_miss(tmp_path: Path) -> None:
    """A database that breaks under us gives misses, and the run goes on."""
    with _open(tmp_path) as cache:
        for number in range(1_000):
            cache.put(str(number), b"x" * 1_000)
        cache._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        cache._connection.execute("PRAGMA cache_size = 0")  # type: ignore[union-attr]
        size = (tmp_path / "cache/check.db").stat().st_size
        (tmp_path / "cache/check.db").write_bytes(os.urandom(size))
        assert [cache.get(str(number)) for number in range(0, 1_000, 100)] == [None] * 10
        cache.put("new", b"1")


def test_a_locked_database_costs_only_time(tmp_path: Path) -> None:
    """Another process that holds the database makes nothing fail."""
    with _open(tmp_path) as cache:
        cache._connection.execute("PRAGMA busy_timeout = 1")  # type: ignore[union-attr]
        other = sqlite3.connect(tmp_path / "cache/check.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        cache.put("a", b"1")
        cache.close()
        other.execute("ROLLBACK")
        other.close()
    with _open(tmp_path) as cache:
        assert cache.get("a") is None


def test_a_database_that_stays_broken_means_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting over is tried once."""
    from remit.check import _cache

    def broken(path: Path) -> None:
        raise sqlite3.DatabaseError

    monkeypatch.setattr(_cache, "_connect", broken)
    with _open(tmp_path) as cache:
        cache.put("a", b"1")
        cache.close()
        assert cache.get("a") is None


def test_a_directory_in_place_of_the_database_is_left_alone(tmp_path: Path) -> None:
    """What cannot be opened or removed means no cache, not an error."""
    (tmp_path / "cache/check.db").mkdir(parents=True)
    os.chmod(tmp_path / "cache", 0o700)
    with _open(tmp_path) as cache:
        cache.put("a", b"1")
        cache.close()
        assert cache.get("a") is None


def test_the_least_used_go_first_when_it_is_full(tmp_path: Path) -> None:
    """Values of earlier runs go, unless they were used since."""
    for key in ("old", "used", "new"):
        with _open(tmp_path, max_bytes=25) as cache:
            cache.get("used")
            cache.put(key, b"x" * 10)
    with _open(tmp_path, max_bytes=25) as cache:
        assert {key: cache.get(key) is not None for key in ("old", "used", "new")} == {
            "old": False,
            "used": True,
            "new": True,
        }


def test_use_is_not_written_down_while_there_is_room(tmp_path: Path) -> None:
    """Below half of the bound nothing goes soon, so a run that only reads writes nothing."""
    with _open(tmp_path, max_bytes=100) as cache:
        cache.put("a", b"x" * 10)
    with _open(tmp_path, max_bytes=100) as cache:
        assert cache.get("a") is not None
    for bound, expected in ((100, 1), (19, 2)):
        with _open(tmp_path, max_bytes=bound) as cache:
            cache.get("a")
        with sqlite3.connect(tmp_path / "cache/check.db") as database:
            assert database.execute("SELECT run FROM entries").fetchall() == [(expected,)]


def test_it_never_stands_inside_the_tree(tmp_path: Path) -> None:
    """A directory within the tree, or one that leads there, is refused."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "tree")
    assert open_cache(tmp_path / "tree", tmp_path / "tree/.cache") is None
    assert open_cache(tmp_path / "tree", tmp_path / "link/.cache") is None
    assert not (tmp_path / "tree/.cache").exists()


def test_a_directory_that_others_can_write_is_not_used(tmp_path: Path) -> None:
    """Shared directories and links could be filled by somebody else."""
    (tmp_path / "shared").mkdir()
    os.chmod(tmp_path / "shared", 0o777)
    (tmp_path / "link").symlink_to(tmp_path / "shared")
    assert open_cache(tmp_path / "tree", tmp_path / "shared") is None
    assert open_cache(tmp_path / "tree", tmp_path / "link") is None


def test_a_directory_that_cannot_be_made_means_no_cache(tmp_path: Path) -> None:
    """A file in the way is no error."""
    (tmp_path / "file").write_text("")
    assert open_cache(tmp_path / "tree", tmp_path / "file/cache") is None


def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    """Directory and file are private from the first instant."""
    with _open(tmp_path):
        assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "cache/check.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({"REMIT_CACHE_DIR": "/own"}, "linux", "/own"),
        ({"XDG_CACHE_HOME": "/xdg"}, "linux", "/xdg/remit"),
        ({}, "linux", "~/.cache/remit"),
        ({}, "darwin", "~/Library/Caches/remit"),
        ({"LOCALAPPDATA": "/local"}, "win32", "/local/remit/cache"),
        ({}, "win32", "~/AppData/Local/remit/cache"),
    ],
)
def test_it_stands_where_the_platform_keeps_caches(environment: dict[str, str], platform: str, expected: str) -> None:
    """The variable wins; otherwise each platform has its place."""
    assert cache_directory(environment, platform) == Path(expected).expanduser()


def test_the_environment_is_read_when_no_other_is_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`$REMIT_CACHE_DIR` of the process counts."""
    monkeypatch.setenv("REMIT_CACHE_DIR", str(tmp_path))
    assert cache_directory() == tmp_path
