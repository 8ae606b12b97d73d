"""Holds a sink against its contract: any sink, built in or installed.

With pytest, for a sink of your own:

    @pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
    def test_my_sink(claim, subject):
        claim(subject)

where `subject` is a fixture that gives a `Subject`: the sink, and how to look into its store and how to break it.
"""

from remit.secrets.testing._breach import Breach
from remit.secrets.testing._claims import CLAIMS
from remit.secrets.testing._subject import Claim, Subject

__all__ = ["CLAIMS", "Breach", "Claim", "Subject"]
