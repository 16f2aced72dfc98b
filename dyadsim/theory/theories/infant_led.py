"""Infant-led: she follows him, and he goes on as he was, whatever she does.

Kaye & Fogel (1980, doi 10.1037/0012-1649.16.5.454): with very young infants mothers fit their turns into his cycles of
attention.
"""

import dyadsim as ds
from dyadsim.theory.theories.no_contingency import Infant as InfantAlone

Infant = InfantAlone
Mother = ds.MotherRules
