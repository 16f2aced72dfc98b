"""Lineages: what a child brings into parenthood, generation after generation, and what of it goes by which way."""
