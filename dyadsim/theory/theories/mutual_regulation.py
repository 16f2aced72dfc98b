"""Mutual regulation: each goes on as they were, and each follows the other; the rules that dyadsim ships.

Tronick (1989, doi 10.1037/0003-066x.44.2.112); Gianino & Tronick (1988); Beebe et al. (2016, doi 10.1037/a0040085).
"""

import dyadsim as ds

Infant = ds.InfantRules
Mother = ds.MotherRules
