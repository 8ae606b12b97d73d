"""Who approved which commit, and which commits explain what a key may do: read from git and from the ledger."""

from remit.provenance._approvals import Approvals, Fact, How, RecordedApprovals, SignedApprovals, joined
from remit.provenance._errors import ProvenanceFailed
from remit.provenance._history import History
from remit.provenance._provenance import Explanation, Provenance
from remit.provenance._repository import Repository
from remit.provenance._trust import REQUIRE_VARIABLE, SIGNERS_VARIABLE, Trust

__all__ = [
    "REQUIRE_VARIABLE",
    "SIGNERS_VARIABLE",
    "Approvals",
    "Explanation",
    "Fact",
    "History",
    "How",
    "Provenance",
    "ProvenanceFailed",
    "RecordedApprovals",
    "Repository",
    "SignedApprovals",
    "Trust",
    "joined",
]
