"""What a z3 term is made of."""

import z3

__all__ = ["subterms", "variables"]


def subterms(*terms: z3.ExprRef) -> list[z3.ExprRef]:
    """All parts of the terms, themselves among them, each once."""
    found, left = {}, list(terms)
    while left:
        term = left.pop()
        if term.get_id() not in found:
            found[term.get_id()] = term
            left += term.children()
    return list(found.values())


def variables(*terms: z3.ExprRef) -> frozenset[str]:
    """Names of the constants in the terms."""
    return frozenset(
        term.decl().name()
        for term in subterms(*terms)
        if z3.is_const(term) and term.decl().kind() == z3.Z3_OP_UNINTERPRETED
    )
