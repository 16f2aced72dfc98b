"""Mother-led: he follows her, and she goes on as she was, whatever he does.

One of the four directions of influence that Cohn & Tronick (1988, doi 10.1037/0012-1649.24.3.386) tell apart.
"""

import dyadsim as ds
from dyadsim.theory.theories.no_contingency import Mother as MotherAlone

Infant = ds.InfantRules
Mother = MotherAlone
