"""Peers: other ways to build the same thing from the same data, for `make compare` (docs/evaluation.md).

A peer is measured as it comes, so its module, and no other of the evaluation, may import the library it is made of.
"""
