"""Trees of files, on disk and at a commit."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from git import Actor, Repo

from remit.source import Bounds, CommitTree, SourceError, TooLarge, Tree, TreeError, WorkingTree, open_tree

FILES = {
    "policies/keys/ranker.yaml": b"kind: Key\n",
    "policies/base.yml": b"kind: Policy\n",
    "policies/notes.md": b"# notes\n",
    "policies/.cache/old.yaml": b"kind: Old\n",
    "policies/.hidden.yaml": b"kind: Hidden\n",
    ".github/workflows/ci.yaml": b"on: push\n",
    "top.yaml": b"kind: Top\n",
    "policies-extra/x.yaml": b"kind: X\n",
}
LISTED = (
    "policies-extra/x.yaml",
    "policies/.hidden.yaml",
    "policies/base.yml",
    "policies/keys/ranker.yaml",
    "top.yaml",
)
UNDER_POLICIES = (".hidden.yaml", "base.yml", "keys/ranker.yaml")
BAD_REFS = ("absent", "", "--all", "HEAD^{tree}", "a b", "x\ny", ":top.yaml", "main:top.yaml", "0" * 40)
AUTHOR = Actor("A. Tester", "tester@example.org")


@pytest.fixture
def clone(tmp_path: Path) -> Repo:
    """A repository with one commit of FILES."""
    repo = Repo.init(tmp_path / "clone", initial_branch="main")
    for name, content in FILES.items():
        _write(_top(repo) / name, content)
    _commit(repo, "first")
    return repo


def _top(repo: Repo) -> Path:
    return Path(str(repo.working_tree_dir))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _commit(repo: Repo, message: str) -> str:
    repo.git.add(all=True)
    repo.git.execute(
        ["git", "-c", "user.name=A. Tester", "-c", "user.email=tester@example.org", "commit", "-m", message]
    )
    return repo.head.commit.hexsha


def _texts(problems: tuple[SourceError, ...]) -> list[str]:
    return [str(problem) for problem in problems]


@pytest.mark.parametrize("ref", [None, "HEAD", "main"])
def test_both_trees_list_and_read_the_same(clone: Repo, ref: str | None) -> None:
    """Sorted YAML files outside hidden directories, with their bytes, digests and commit."""
    tree: Tree = open_tree(_top(clone), ref)
    assert tree.files() == LISTED
    assert tree.problems() == ()
    for path in LISTED:
        assert tree.read(path) == FILES[path]
        assert tree.digest(path) == hashlib.sha256(FILES[path]).hexdigest()
    assert tree.commit == (clone.head.commit.hexsha if ref else None)
    assert tree.root == (f"{clone.head.commit.hexsha[:12]}:" if ref else str(_top(clone)))


@pytest.mark.parametrize("ref", [None, "HEAD"])
def test_paths_are_relative_to_the_location(clone: Repo, ref: str | None) -> None:
    """A tree opened at a directory names files from there; a sibling with the same beginning is not in it."""
    assert open_tree(_top(clone) / "policies", ref).files() == UNDER_POLICIES
    assert open_tree(str(_top(clone) / "policies" / "keys"), ref).files() == ("ranker.yaml",)


@pytest.mark.parametrize("ref", [None, "HEAD"])
def test_a_single_file_is_a_tree(clone: Repo, ref: str | None) -> None:
    """A location may be one file."""
    tree = open_tree(_top(clone) / "policies" / "base.yml", ref)
    assert (tree.files(), tree.read("base.yml")) == (("base.yml",), FILES["policies/base.yml"])


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        (("policies",), LISTED[1:4]),
        (("./policies/", "top.yaml"), LISTED[1:5]),
        (("policies/keys", "policies"), LISTED[1:4]),
        ((), LISTED),
    ],
)
def test_within_narrows_both_trees_alike(clone: Repo, within: tuple[str, ...], expected: tuple[str, ...]) -> None:
    """Sub-paths select files, and paths stay relative to the root."""
    assert WorkingTree(_top(clone), within=within).files() == expected
    assert CommitTree(_top(clone), "HEAD", within=within).files() == expected


@pytest.mark.parametrize("path", ["../x", "/etc", "a/../../b", "a\0b"])
def test_a_sub_path_cannot_leave_the_tree(clone: Repo, path: str) -> None:
    """Neither tree accepts it, and a commit tree refuses it as its root too."""
    for make in (
        lambda: WorkingTree(_top(clone), within=(path,)),
        lambda: CommitTree(_top(clone), "HEAD", within=(path,)),
        lambda: CommitTree(_top(clone), "HEAD", path),
    ):
        with pytest.raises(TreeError, match="leads outside"):
            make()


@pytest.mark.parametrize("path", ["../clone/top.yaml", "/etc/hostname", "policies/notes.md", "absent.yaml", "", "."])
def test_only_listed_files_are_read(clone: Repo, path: str) -> None:
    """A read outside of `files()` is refused by both trees."""
    for tree in (WorkingTree(_top(clone)), CommitTree(_top(clone), "HEAD")):
        with pytest.raises(TreeError, match="not a file of the tree"):
            tree.read(path)


def test_a_commit_tree_reads_the_commit_and_not_the_disk(clone: Repo) -> None:
    """What is on disk now, and later commits, do not matter."""
    first = clone.head.commit.hexsha
    _write(_top(clone) / "top.yaml", b"kind: Changed\n")
    (_top(clone) / "policies" / "base.yml").unlink()
    _commit(clone, "second")
    tree = CommitTree(_top(clone) / "policies", first)
    assert (tree.files(), tree.read("top.yaml"), tree.commit) == (LISTED, FILES["top.yaml"], first)
    assert CommitTree(_top(clone), "HEAD~1").files() == LISTED
    assert CommitTree(_top(clone), "HEAD", "policies").files() == (".hidden.yaml", "keys/ranker.yaml")


def test_a_directory_that_is_gone_can_be_opened_at_its_commit(clone: Repo) -> None:
    """The location need not exist any more."""
    for path in (_top(clone) / "policies" / "keys").iterdir():
        path.unlink()
    (_top(clone) / "policies" / "keys").rmdir()
    assert open_tree(_top(clone) / "policies" / "keys", "HEAD").files() == ("ranker.yaml",)


def test_a_bare_clone_has_commits_too(clone: Repo, tmp_path: Path) -> None:
    """A commit tree needs no checkout; a location below a bare clone names nothing."""
    clone.clone(str(tmp_path / "bare.git"), bare=True)
    assert CommitTree(tmp_path / "bare.git", "main").files() == LISTED
    with pytest.raises(TreeError, match="not inside a git repository"):
        open_tree(tmp_path / "bare.git", "main")


@pytest.mark.parametrize("ref", BAD_REFS)
def test_a_bad_reference_is_an_error_with_a_remedy(clone: Repo, ref: str) -> None:
    """Whatever git cannot resolve to a commit ends in one clear error."""
    with pytest.raises(TreeError, match="names no commit") as caught:
        open_tree(_top(clone), ref)
    assert caught.value.remedy


def test_a_missing_directory_is_an_error(clone: Repo, tmp_path: Path) -> None:
    """On disk, at a commit, and as a sub-path; a file is no directory."""
    for make in (
        lambda: open_tree(tmp_path / "absent"),
        lambda: WorkingTree(_top(clone) / "top.yaml"),
        lambda: WorkingTree(_top(clone), within=("absent",)),
        lambda: WorkingTree(_top(clone), within=("absent/deeper",)),
        lambda: open_tree(_top(clone) / "absent", "HEAD"),
        lambda: CommitTree(_top(clone), "HEAD", "top.yaml"),
        lambda: CommitTree(_top(clone), "HEAD", within=("absent",)),
    ):
        with pytest.raises(TreeError, match="no such"):
            make()


def test_no_repository_is_an_error(tmp_path: Path) -> None:
    """A reference needs a repository."""
    with pytest.raises(TreeError, match="not inside a git repository") as caught:
        open_tree(tmp_path, "HEAD")
    assert caught.value.remedy


def test_links_pipes_and_nested_repositories_are_refused_on_disk(clone: Repo, tmp_path: Path) -> None:
    """Each is a problem with its path, none is followed, and the other files are still there."""
    top = _top(clone)
    _write(tmp_path / "outside" / "evil.yaml", b"kind: Evil\n")
    (top / "link.yaml").symlink_to(tmp_path / "outside" / "evil.yaml")
    (top / "linked").symlink_to(tmp_path / "outside")
    (top / "dangling.yaml").symlink_to("nowhere")
    os.mkfifo(top / "pipe.yaml")
    _write(top / "vendor" / "sub.yaml", b"kind: Sub\n")
    _write(top / "vendor" / ".git", b"gitdir: elsewhere\n")
    tree = WorkingTree(top)
    assert tree.files() == LISTED
    assert _texts(tree.problems()) == [
        "dangling.yaml:1:1: symbolic links are not followed",
        "link.yaml:1:1: symbolic links are not followed",
        "linked:1:1: symbolic links are not followed",
        "pipe.yaml:1:1: this is not a regular file",
        "vendor:1:1: submodules and nested repositories are not read",
    ]
    assert all(isinstance(problem, TreeError) and problem.remedy for problem in tree.problems())


def test_a_sub_path_through_a_link_is_refused(clone: Repo, tmp_path: Path) -> None:
    """`within` follows no link: neither on the way nor at its end."""
    (_top(clone) / "linked").symlink_to(tmp_path)
    with pytest.raises(TreeError, match="symbolic links"):
        WorkingTree(_top(clone), within=("linked/clone",))
    tree = WorkingTree(_top(clone), within=("linked",))
    assert (tree.files(), len(tree.problems())) == ((), 1)
    (_top(clone) / "one.yaml").symlink_to("top.yaml")
    assert len(open_tree(_top(clone) / "one.yaml").problems()) == 1


def test_a_file_swapped_for_a_link_is_not_followed(clone: Repo, tmp_path: Path) -> None:
    """Between the scan and the read a file may be replaced: by a link, a pipe, or nothing."""
    tree = WorkingTree(_top(clone))
    (_top(clone) / "top.yaml").unlink()
    with pytest.raises(TreeError, match="cannot be read"):
        tree.read("top.yaml")
    (_top(clone) / "top.yaml").symlink_to("/etc/hostname")
    with pytest.raises(TreeError, match="cannot be read"):
        tree.read("top.yaml")
    (_top(clone) / "top.yaml").unlink()
    os.mkfifo(_top(clone) / "top.yaml")
    with pytest.raises(TreeError, match="not a regular file"):
        tree.digest("top.yaml")


def test_links_and_submodules_of_a_commit_are_refused(clone: Repo) -> None:
    """Their modes are problems, an executable file is not."""
    (_top(clone) / "link.yaml").symlink_to("top.yaml")
    (_top(clone) / "run.yaml").write_bytes(b"kind: Run\n")
    (_top(clone) / "run.yaml").chmod(0o755)
    clone.git.add(all=True)
    clone.git.update_index("--add", "--cacheinfo", f"160000,{clone.head.commit.hexsha},vendor")
    clone.index.update()
    tree = CommitTree(_top(clone), clone.index.commit("odd", author=AUTHOR, committer=AUTHOR).hexsha)
    assert "run.yaml" in tree.files()
    assert "link.yaml" not in tree.files()
    assert _texts(tree.problems()) == [
        "link.yaml:1:1: symbolic links are not followed",
        "vendor:1:1: submodules and nested repositories are not read",
    ]


def test_names_that_cannot_be_shown_are_refused(clone: Repo) -> None:
    """Line breaks, direction marks and bytes that are not UTF-8, in files and in directories."""
    top = os.fsencode(_top(clone))
    for name in (b"a\nb.yaml", "c\u202ed.yaml".encode(), b"e\xff.yaml"):
        Path(os.fsdecode(os.path.join(top, name))).write_bytes(b"kind: Odd\n")
    commit = _commit(clone, "odd names")
    for tree in (WorkingTree(_top(clone)), CommitTree(_top(clone), commit)):
        assert tree.files() == LISTED
        assert [problem.position.file for problem in tree.problems()] == [
            "a\\nb.yaml",
            "c\\u202ed.yaml",
            "e\\udcff.yaml",
        ]
        assert all("the name is not UTF-8" in problem.message for problem in tree.problems())


def test_a_file_over_the_bound_is_not_read(clone: Repo) -> None:
    """Both trees look at the size first."""
    bounds = Bounds(file_bytes=9)
    for tree in (WorkingTree(_top(clone), bounds=bounds), CommitTree(_top(clone), "HEAD", bounds=bounds)):
        with pytest.raises(TooLarge, match="the file has 10 bytes, more than the 9 allowed"):
            tree.read("top.yaml")
    assert WorkingTree(_top(clone), bounds=Bounds(file_bytes=10)).read("top.yaml") == FILES["top.yaml"]


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])
@pytest.mark.parametrize("seen", [0, 1, 1 << 20])
def test_a_file_is_read_whole_whatever_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, seen: int
) -> None:
    """Large ones too, and those that have grown since their size was asked for."""
    content = b"x" * size
    (tmp_path / "a.yaml").write_bytes(content)
    real = os.fstat

    def fstat(descriptor: int) -> os.stat_result:
        found = real(descriptor)
        return os.stat_result((*found[:6], min(seen, found.st_size), *found[7:]))

    tree = WorkingTree(tmp_path, bounds=Bounds(file_bytes=4 << 20))
    monkeypatch.setattr(os, "fstat", fstat)
    assert tree.read("a.yaml") == content


def test_a_directory_that_cannot_be_listed_is_a_problem(clone: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permission errors are reported with the path, and do not stop the scan."""
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("keys"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    tree = WorkingTree(_top(clone))
    assert _texts(tree.problems()) == ["policies/keys:1:1: cannot be read: permission denied"]
    assert "top.yaml" in tree.files()


def test_a_damaged_object_is_an_error(clone: Repo) -> None:
    """A blob that is gone from the repository raises TreeError."""
    tree = CommitTree(_top(clone), "HEAD")
    blob = clone.head.commit.tree["top.yaml"].hexsha
    (Path(clone.git_dir) / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(TreeError, match="git cannot read"):
        tree.read("top.yaml")


def test_a_thousand_blobs_are_read_quickly(tmp_path: Path) -> None:
    """Blobs come through one process, not one each."""
    repo = Repo.init(tmp_path, initial_branch="main")
    lines = ["commit refs/heads/main", "committer A. Tester <tester@example.org> 0 +0000", "data 0"]
    for number in range(1000):
        content = f"kind: Key\nname: k{number}"
        lines += [f"M 100644 inline keys/{number:04}.yaml", f"data {len(content)}", content]
    subprocess.run(["git", "fast-import", "--quiet"], cwd=tmp_path, input="\n".join(lines).encode() + b"\n", check=True)
    started = time.perf_counter()
    tree = CommitTree(repo.git_dir, "main", "keys")
    assert {tree.read(path)[:9] for path in tree.files()} == {b"kind: Key"}
    assert len(tree.files()) == 1000
    assert time.perf_counter() - started < 60


def test_importing_the_package_pulls_in_neither_git_nor_yaml() -> None:
    """`import remit.source` stays cheap: the libraries are loaded when they are needed."""
    code = "import sys, remit.source; print([m for m in ('git', 'ruamel', 'yaml') if m in sys.modules])"
    engine = str(Path(__file__).parents[2] / "engine")
    result = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": engine}, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("end", ["", "/", "//"])
def test_a_root_that_is_a_link_is_refused(end: str, tmp_path: Path) -> None:
    """The tree itself is no link, however it is named; what is above it may be one."""
    (tmp_path / "real" / "policies").mkdir(parents=True)
    (tmp_path / "linked").symlink_to("real", target_is_directory=True)
    assert WorkingTree(f"{tmp_path}/linked/policies{end}").files() == ()
    with pytest.raises(TreeError, match="symbolic links are not followed"):
        WorkingTree(f"{tmp_path}/linked{end}")
