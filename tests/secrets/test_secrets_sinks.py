"""Sinks: private, atomic, confined, and no value where it should not be."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.resources import Delivery
from remit.secrets import SINKS, DeliveryFailed, DeliveryInvalid, Secret, Sink, SinkContext
from remit.secrets._env_file import quoted, upserted
from remit.targets import UnknownType

VALUE = "rk_invented_0123456789"


def deliver(root: Path, sink: str, value: str = VALUE, key: str = "ranker-prod", **fields: str):
    return SINKS.load(sink).deliver(Delivery(sink=sink, **fields), Secret(value), SinkContext(key, root))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_built_in_sinks() -> None:
    """`file` and `env-file` are there; another name is refused with the known ones."""
    assert all(isinstance(SINKS.load(name), Sink) for name in ("file", "env-file"))
    with pytest.raises(UnknownType, match=r"no sink is called `nowhere`: known are .*`env-file`, `file`"):
        SINKS.load("nowhere")


ADDRESSES = [
    ("file", {}, "file:keys/ranker-prod"),
    ("file", {"path": "search/ranker"}, "file:keys/search/ranker"),
    ("env-file", {}, "env-file:env/.env#RANKER_PROD"),
    ("env-file", {"path": "app.env", "name": "LLM_KEY"}, "env-file:env/app.env#LLM_KEY"),
]


@pytest.mark.parametrize(("sink", "fields", "address"), ADDRESSES)
def test_addresses(tmp_path: Path, sink, fields, address) -> None:
    """Where a value goes is known before, without I/O, and is what the receipt says."""
    assert SINKS.load(sink).address(Delivery(sink=sink, **fields), "ranker-prod") == address
    assert not list(tmp_path.iterdir())
    assert deliver(tmp_path, sink, **fields).address == address


def test_name_that_begins_with_a_digit(tmp_path: Path) -> None:
    """A variable cannot begin with a digit."""
    assert deliver(tmp_path, "env-file", key="2nd.key").address == "env-file:env/.env#_2ND_KEY"


INVALID = [
    ("file", {"path": "../x"}),
    ("file", {"path": "/etc/x"}),
    ("file", {"path": "a/../x"}),
    ("file", {"path": "a//x"}),
    ("file", {"path": "a/./x"}),
    ("file", {"path": "a/"}),
    ("file", {"name": "X"}),
    ("file", {"repository": "a/b"}),
    ("env-file", {"path": "../.env"}),
    ("env-file", {"repository": "a/b"}),
]


@pytest.mark.parametrize(("sink", "fields"), INVALID)
def test_invalid(tmp_path: Path, sink, fields) -> None:
    """A path that leaves the directory, or a setting of another sink, is refused before anything is written."""
    with pytest.raises(DeliveryInvalid):
        SINKS.load(sink).address(Delivery(sink=sink, **fields), "ranker-prod")
    with pytest.raises(DeliveryInvalid):
        deliver(tmp_path, sink, **fields)
    assert not list(tmp_path.iterdir())


def test_file(tmp_path: Path) -> None:
    """The value and nothing else, for the owner only; delivering again replaces it."""
    deliver(tmp_path, "file", path="a/b/key")
    path = tmp_path / "keys/a/b/key"
    assert (path.read_text(), mode(path), mode(path.parent), mode(tmp_path / "keys")) == (VALUE, 0o600, 0o700, 0o700)
    path.chmod(0o644)
    deliver(tmp_path, "file", "other", path="a/b/key")
    assert (path.read_text(), mode(path), os.listdir(path.parent)) == ("other", 0o600, ["key"])


def test_never_readable_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the umask, every file is opened with 0600 and exclusively, before a byte is in it."""
    opened: list[tuple[int, int]] = []
    real = os.open

    def watch(path, flags, *rest, **options):
        descriptor = real(path, flags, *rest, **options)
        if flags & os.O_CREAT:
            opened.append((flags & (os.O_EXCL | os.O_NOFOLLOW), stat.S_IMODE(os.fstat(descriptor).st_mode)))
        return descriptor

    monkeypatch.setattr(os, "open", watch)
    before = os.umask(0)
    try:
        deliver(tmp_path, "file")
        deliver(tmp_path, "env-file")
    finally:
        os.umask(before)
    assert opened == [(os.O_EXCL | os.O_NOFOLLOW, 0o600)] * 2


def link_at_file(root: Path, outside: Path) -> None:
    (root / "keys").mkdir(parents=True)
    (root / "keys" / "ranker-prod").symlink_to(outside / "target")


def link_at_directory(root: Path, outside: Path) -> None:
    (root / "keys").mkdir(parents=True)
    (root / "keys" / "sub").symlink_to(outside)


def link_at_root(root: Path, outside: Path) -> None:
    root.mkdir()
    (root / "keys").symlink_to(outside)


LINKS = [(link_at_file, {}), (link_at_directory, {"path": "sub/ranker-prod"}), (link_at_root, {})]


@pytest.mark.parametrize(("lay", "fields"), LINKS)
def test_links_are_refused(tmp_path: Path, lay, fields) -> None:
    """No link is followed, wherever on the way it lies."""
    root, outside = tmp_path / "state", tmp_path / "outside"
    outside.mkdir()
    (outside / "target").write_text("theirs")
    lay(root, outside)
    with pytest.raises(DeliveryFailed) as caught:
        deliver(root, "file", **fields)
    assert VALUE not in str(caught.value)
    assert [(path.name, path.read_text()) for path in outside.iterdir()] == [("target", "theirs")]


def test_env_file_link_is_not_read(tmp_path: Path) -> None:
    """The contents of a linked file are not copied into a new one."""
    (tmp_path / "env").mkdir()
    (tmp_path / "theirs").write_text("SECRET=theirs\n")
    (tmp_path / "env" / ".env").symlink_to(tmp_path / "theirs")
    with pytest.raises(DeliveryFailed, match="symbolic link"):
        deliver(tmp_path, "env-file")
    assert (tmp_path / "theirs").read_text() == "SECRET=theirs\n"


def test_directory_in_the_way(tmp_path: Path) -> None:
    """A directory where the file should be is refused."""
    (tmp_path / "keys" / "ranker-prod").mkdir(parents=True)
    with pytest.raises(DeliveryFailed, match="not a file"):
        deliver(tmp_path, "file")


def test_file_in_the_way(tmp_path: Path) -> None:
    """A file where a directory should be is refused."""
    deliver(tmp_path, "file", path="a")
    with pytest.raises(DeliveryFailed, match="cannot be written"):
        deliver(tmp_path, "file", path="a/b")


def test_failed_write_leaves_the_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full, the old file is whole, no draft stays, and the error does not hold the value."""
    deliver(tmp_path, "file", "old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DeliveryFailed, match="No space left") as caught:
        deliver(tmp_path, "file", "new")
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert [(path.name, path.read_text()) for path in (tmp_path / "keys").iterdir()] == [("ranker-prod", "old")]


ENTRY = "A=new\n"
UPSERTS = [
    ("", "A=new\n"),
    ("B=1\n", "B=1\nA=new\n"),
    ("B=1", "B=1\nA=new\n"),
    ("A=old\n", "A=new\n"),
    ("A=old", "A=new\n"),
    ("# A=old\nB=1\nA=old\nC=2\n", "# A=old\nB=1\nA=new\nC=2\n"),
    ("export A = old\nC=2\n", "A=new\nC=2\n"),
    ("A=1\nB=2\nA=3\n", "A=new\nB=2\n"),
    ("AA=1\nB_A=2\n", "AA=1\nB_A=2\nA=new\n"),
    ("A='multi\nline'\nB=1\n", "A=new\nB=1\n"),
    ('A="multi\nline \\" A=x"\nB=1\n', "A=new\nB=1\n"),
    ("B='\nA=inside\n'\nC=1\n", "B='\nA=inside\n'\nC=1\nA=new\n"),
    ("B=it's\nA=old\nC='x'\n", "B=it's\nA=new\nC='x'\n"),
    ("\n\n  A=old # note\n", "\n\nA=new\n"),
]


@pytest.mark.parametrize(("text", "expected"), UPSERTS)
def test_upsert(text, expected) -> None:
    """The variable is set in its place, once; all other lines stay as they are."""
    assert upserted(text, "A", ENTRY) == expected
    assert upserted(expected, "A", ENTRY) == expected


QUOTED = [
    ("rk_a-b.c", "rk_a-b.c"),
    ("a b", "'a b'"),
    ("", "''"),
    ("a#b", "'a#b'"),
    ("$HOME`x`", "'$HOME`x`'"),
    ("it's", '"it\'s"'),
    ("it's $5 \\ \"`", '"it\'s \\$5 \\\\ \\"\\`"'),
    ("é", "'é'"),
]


@pytest.mark.parametrize(("value", "expected"), QUOTED)
def test_quoting(value, expected) -> None:
    """Plain where it can be, else quoted so that nothing is interpolated."""
    assert quoted(value) == expected


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), st.integers(0, 3))
def test_quoted_values_stay_in_their_entry(value: str, lines: int) -> None:
    """Whatever the value, setting it twice is setting it once, and its neighbours stay."""
    before = "B=1\n" * lines
    once = upserted(before + "C=2\n", "A", f"A={quoted(value)}\n")
    assert once.startswith(before + "C=2\n")
    assert upserted(once, "A", ENTRY) == before + "C=2\nA=new\n"


@pytest.mark.parametrize("value", ["a\nB=1", "a\r", "\0", "\x7f", "\x1b[0m"])
def test_control_characters(tmp_path: Path, value) -> None:
    """A value that could add a line of its own is refused, without being shown."""
    with pytest.raises(DeliveryFailed) as caught:
        deliver(tmp_path, "env-file", value)
    assert value not in str(caught.value)


def test_env_file(tmp_path: Path) -> None:
    """An existing dotenv file keeps its lines and becomes private."""
    path = tmp_path / "env" / "app.env"
    path.parent.mkdir()
    path.write_text("# ours\nOTHER=1\n")
    path.chmod(0o644)
    deliver(tmp_path, "env-file", path="app.env", name="LLM_KEY")
    assert (path.read_text(), mode(path)) == (f"# ours\nOTHER=1\nLLM_KEY={VALUE}\n", 0o600)


def test_env_file_that_is_not_text(tmp_path: Path) -> None:
    """A file that is not text is left alone."""
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / ".env").write_bytes(b"\xff\xfe")
    with pytest.raises(DeliveryFailed, match="not UTF-8"):
        deliver(tmp_path, "env-file")
    assert (tmp_path / "env" / ".env").read_bytes() == b"\xff\xfe"


def test_env_file_together(tmp_path: Path) -> None:
    """Many at once lose no line."""
    threads = [
        threading.Thread(target=deliver, args=(tmp_path, "env-file"), kwargs={"name": f"K{n}"}) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = (tmp_path / "env" / ".env").read_text().splitlines()
    assert sorted(line.split("=")[0] for line in lines) == [f"K{number}" for number in range(8)]
