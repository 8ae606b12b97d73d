"""A bundle as a file: the same decisions, and nothing taken on trust."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from organisation import NOW, bundle_of, policy

from remit.bundle import Bundle, NotABundle, load_bundle, save_bundle

RULES = policy(
    """\
    - {name: end, on: key, deny: key.expires - now > duration("2160h"), message: '"too far: " + string(key.expires)'}
    - {name: purpose, on: request, deny: '!(request.purpose in key.purposes)'}
    - {name: slow, on: request, throttle: usage.requests_last_minute > 3, delay: 'duration("2s")'}
    - {name: cap, on: key, cap: budget.daily, value: 'usd(5) * 2'}
""",
)


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Bundle, Path]:
    """A bundle, and the file it was saved to."""
    bundle, path = bundle_of(RULES), tmp_path / "acme.bundle"
    save_bundle(bundle, path)
    return bundle, path


def test_a_saved_bundle_reads_back_the_same(saved: tuple[Bundle, Path]) -> None:
    """Digest, entitlements with their positions, and the text to be saved again are equal."""
    bundle, path = saved
    again = load_bundle(path)
    assert again.digest == bundle.digest
    assert again.resolve("ranker-prod", NOW) == bundle.resolve("ranker-prod", NOW)
    assert again.payload() == bundle.payload()


def test_a_loaded_bundle_needs_no_parser(saved: tuple[Bundle, Path]) -> None:
    """A process that decides by a bundle file imports neither the parser nor its grammar."""
    code = (
        "import sys, remit; e = remit.load(sys.argv[1]);"
        "d = e.evaluate(key='ranker-prod', model='mini', purpose='product-search'); assert d.allowed, d;"
        "heavy = ('lark', 'celpy', 'ruamel', 'git', 'jsonschema', 'sqlalchemy', 'typer', 'rich');"
        "print(sorted(m for m in heavy if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(saved[1])], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _with(path: Path, change: dict[str, object] | bytes) -> Path:
    head, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
    if isinstance(change, bytes):
        body = body.replace(b"ranker-prod", change)
    else:
        head = json.dumps({**json.loads(head), **change}).encode()
    path.write_bytes(gzip.compress(head + b"\n" + body))
    return path


@pytest.mark.parametrize(
    "change", [{"digest": "sha256:00"}, b"ranker-xxxx", {"digest": None}], ids=["digest", "content", "no digest"]
)
def test_an_altered_bundle_is_refused(saved: tuple[Bundle, Path], change: dict[str, object] | bytes) -> None:
    """The digest is computed again; a file that does not match decides nothing."""
    with pytest.raises(NotABundle, match="is not a bundle"):
        load_bundle(_with(saved[1], change))


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", *(gzip.compress(each, mtime=0) for each in (b"{}", b"[]\n{}", b"\xff\xff\n1"))],
)
def test_a_file_that_is_no_bundle_is_refused(tmp_path: Path, content: bytes) -> None:
    """Whatever the bytes, the answer is one sentence, not a traceback."""
    path = tmp_path / "x.bundle"
    path.write_bytes(content)
    with pytest.raises(NotABundle, match=r"`x\.bundle` is not a bundle"):
        load_bundle(path)


def test_saving_leaves_no_half_file(saved: tuple[Bundle, Path]) -> None:
    """Only the bundle is there afterwards."""
    assert [each.name for each in saved[1].parent.iterdir()] == ["acme.bundle"]
