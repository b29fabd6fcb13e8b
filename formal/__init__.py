"""Proofs about generated netlists, for every input. This room imports ``pysoft`` and ``rtl`` and needs z3."""
