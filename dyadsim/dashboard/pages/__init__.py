"""The pages: each puts components together; none computes."""
