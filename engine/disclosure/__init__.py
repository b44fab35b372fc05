"""Decides what of the ballots may be known: which counts, how exactly, and since when. Fails closed.

The rules and the numbers of its docstrings (R1, S2, …) are those of docs/privacy.md. Everything here is pure.
"""
