"""Documents to resources: what is accepted, and what is said about the rest."""

from __future__ import annotations

import copy
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from resource_samples import SAMPLES, Bare

from remit.resources import KINDS, Key, validate
from remit.resources import _validate as validation
from remit.resources._explain import explain
from remit.resources._place import Place
from remit.resources._suggest import closest, shown_name, shown_value
from remit.source import Document, read_documents

CORPUS = Path(__file__).parent / "corpus"
EXPECTED = yaml.safe_load((CORPUS / "expected.yaml").read_text(encoding="utf-8"))
KEY_TEXT = """\
apiVersion: remit/v1
kind: Key
metadata: {name: router-prod, team: dispatch, project: router}
spec:
  environment: prod
  owner: ana
  purposes: [routing]
  data_classes: [public, internal]
  scopes: [chat, embeddings]
  models: [gpt-4o-mini, claude-haiku-4-5]
  expires: 2027-02-01
  rotate_every: 30d
  limits: {requests_per_minute: 600, requests_per_day: 100_000, tokens_per_minute: 1_000_000}
  budget: {monthly: 500 USD}
  targets: [local]
  deliver_to: {sink: vault, repository: parcels/router, name: LLM_API_KEY}
"""


def read(text: str) -> Document:
    [document] = read_documents(text.encode(), "k.yaml").documents
    return document


def test_every_bad_file_has_its_messages() -> None:
    """No file of the corpus is without expectations, and none of them without a file."""
    assert set(EXPECTED) == {file.stem for file in CORPUS.glob("*.yaml")} - {"expected"}


@pytest.mark.parametrize("name", EXPECTED)
def test_bad_files(name: str) -> None:
    """Each is refused with these messages, at these lines and columns."""
    file = f"{name}.yaml"
    parsed = read_documents((CORPUS / file).read_bytes(), file)
    assert parsed.errors == ()
    [(resource, findings)] = map(validate, parsed.documents)
    assert resource is None
    assert EXPECTED[name] == [str(finding).removeprefix(f"{file}:") for finding in findings]


def test_a_good_document_is_its_resource() -> None:
    """No findings, and the model as pydantic makes it."""
    document = read(KEY_TEXT)
    resource, findings = validate(document)
    assert findings == ()
    assert Key.model_validate(document.data) == resource
    assert isinstance(resource, Key)
    assert resource.metadata.team == "dispatch"


@pytest.mark.parametrize("kind", KINDS)
def test_resources_survive_being_stored(kind: str) -> None:
    """A resource written as JSON, without what is not declared, is read back as the same resource."""
    resource = KINDS[kind].model_validate(SAMPLES[kind])
    stored = resource.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert resource == KINDS[kind].model_validate(stored)


def test_a_stored_default_is_a_default() -> None:
    """What is left out has its default, and limits of a target protect it from being emptied."""
    resource, _ = validate(Bare({**SAMPLES["Target"], "spec": {"type": "local"}}))
    assert str(resource.spec.limits.delete.max_percent) == "0.2"
    assert resource.spec.limits.raise_.max_amount is None


def test_resources_cannot_be_changed() -> None:
    """A resource is a value: assigning to a field is an error."""
    resource, _ = validate(Bare(SAMPLES["Group"]))
    with pytest.raises(ValueError, match="frozen"):
        resource.spec.members = ()


def test_models_alone_never_let_a_refusal_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the schema find nothing wrong with what the models refuse, it is refused all the same."""
    monkeypatch.setattr(validation, "_faults", lambda *_: iter(()))
    resource, [finding] = validate(read(KEY_TEXT.replace("30d", "30")))
    assert resource is None
    assert finding.code == "bad-value"
    assert str(finding) == "k.yaml:12:17: error: `rotate_every` is not valid [bad-value]"


def test_faults_without_words_of_their_own_are_told() -> None:
    """A keyword that no schema uses yet is a fault all the same."""
    [error] = Draft202012Validator({"properties": {"spec": {"not": {}}}}).iter_errors({"spec": 1})
    [finding] = explain(error, Place(read("spec: 1"), ()), "Key")
    assert finding.code == "bad-value"
    assert finding.message.startswith("`spec` ")


@pytest.mark.parametrize("point", ["[]", "{}", "5", "null", "keys"])
def test_a_rule_at_no_point_is_refused(point: str) -> None:
    """Whatever else is wrong with a rule, its point is named."""
    rule = f"{{name: a, on: {point}, throttle: x, when: z}}"
    text = f"apiVersion: remit/v1\nkind: Policy\nmetadata: {{name: p}}\nspec:\n  rules:\n    - {rule}\n"
    resource, findings = validate(read(text))
    assert resource is None
    assert {(6, 21)} == {(each.position.line, each.position.column) for each in findings}


SECRET = "sk-ant-api03-9fQ2xB7Lm4Tz1Wc8Rk5Vn3"


def spots(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(spot for step, child in inner for spot in spots(child, (*path, step)))]


@pytest.mark.parametrize("kind", KINDS)
def test_messages_never_echo_values(kind: str) -> None:
    """A secret in place of any value, or as the name of any field, is in no message about it."""
    for path in spots(SAMPLES[kind])[1:]:
        for as_name in (False, True):
            data = copy.deepcopy(SAMPLES[kind])
            parent: Any = data
            for step in path[:-1]:
                parent = parent[step]
            if as_name and isinstance(parent, dict):
                parent[SECRET] = parent.pop(path[-1])
            else:
                parent[path[-1]] = SECRET
            assert not [each for each in validate(Bare(data))[1] if SECRET[:12] in str(each)]


@pytest.mark.parametrize(
    ("written", "known", "meant"),
    [
        ("rotate_evry", ["rotate_every", "owner"], "rotate_every"),
        ("Rotate-Every", ["rotate_every", "owner"], "rotate_every"),
        ("completely-different", ["rotate_every", "owner"], None),
        ("x" * 10_000, ["x" * 40], "x" * 40),
        ("", ["owner"], None),
    ],
)
def test_suggestions(written: str, known: list[str], meant: str | None) -> None:
    """The nearest name, whatever its case and hyphens; none when none is near."""
    assert meant == closest(written, known)


@pytest.mark.parametrize(
    ("value", "shown"), [("prod", "prod"), ("remit/v2", "remit/v2"), ("requests_per_minutes", "requests_per_minutes")]
)
def test_words_may_be_shown(value: str, shown: str) -> None:
    """A short word is repeated to whoever wrote it."""
    assert shown == shown_value(value)


@pytest.mark.parametrize("value", ["", "two words", "hunter2!", "a1b2c3d4", "x" * 25, "pässword", 5, None, SECRET])
def test_other_values_are_not_shown(value: object) -> None:
    """Whatever could be a password is not."""
    assert shown_value(value) is None


@pytest.mark.parametrize("name", ["x" * 41, "a\u202eb", "a\nb", SECRET])
def test_names_that_are_not_shown(name: str) -> None:
    """Long names, names with control characters, and secrets."""
    assert shown_name(name) is None


def test_good_documents_need_no_schema() -> None:
    """jsonschema is loaded when something is wrong, and not before: importing remit stays quick."""
    script = (
        "import sys; from remit.resources import validate; from remit.source import read_documents\n"
        f"print(validate(read_documents({KEY_TEXT.encode()!r}, 'k').documents[0])[1], 'jsonschema' in sys.modules)"
    )
    engine = Path(__file__).parents[2] / "engine"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env={"PYTHONPATH": str(engine)}
    )
    assert (done.stdout, done.stderr) == ("() False\n", "")


def test_ten_thousand_keys_validate_in_four_seconds() -> None:
    """The bound of `remit check` on one core; measured far below, so that a slow machine passes too."""
    document = read(KEY_TEXT)
    start = time.process_time()
    for _ in range(10_000):
        validate(document)
    assert time.process_time() - start < 4


def test_what_holds_a_secret_is_no_resource() -> None:
    """A valid document with a secret in it is refused, however the secret was written, and nothing echoes it."""
    secret = "sk-" + "ant-api03-9fQ2xB7Lm4Tz1Wc8Rk5Vn3Hd6Yp0Js7Ga2Xe4Uq8"
    for written in (
        secret,
        f'"{secret}"',
        f'"{secret[:20]}\\\n    {secret[20:]}"',
        '"{}"'.format(secret.replace("ant", "\\x61nt")),
    ):
        resource, findings = validate(read(f"{KEY_TEXT}  ticket: {written}\n"))
        assert resource is None
        assert [each.code for each in findings] == ["secret-in-yaml"]
        assert "9fQ2" not in str(findings)


def test_faults_of_a_resource_end_at_one_hundred() -> None:
    """The hundred and first fault is not told, but that there is more."""
    _, few = validate(read(KEY_TEXT + "".join(f"  x{at}: 1\n" for at in range(100))))
    assert [each.code for each in few] == ["unknown-field"] * 100
    _, many = validate(read(KEY_TEXT + "".join(f"  x{at}: 1\n" for at in range(500))))
    assert sorted(each.code for each in many) == ["too-large"] + ["unknown-field"] * 100
