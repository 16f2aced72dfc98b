"""Everything the model assumes: states, traits, coefficients, rules, slow states, couplings, and the evidence for them.

Imports ``common`` only.
"""
