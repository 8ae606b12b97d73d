"""The extensions of the language, as one table."""

from __future__ import annotations

from remit.cel._ext_encoders import ENCODERS
from remit.cel._ext_lists import LISTS
from remit.cel._ext_math import MATH
from remit.cel._ext_network import NETWORK
from remit.cel._ext_sets import SETS
from remit.cel._ext_strings import STRINGS

EXTENSIONS = (*STRINGS, *MATH, *LISTS, *SETS, *ENCODERS, *NETWORK)
