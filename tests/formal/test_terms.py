import z3

from formal.terms import subterms, variables

a, b = z3.BitVecs("a b", 4)


def test_subterms_are_all_parts_each_once():
    total = a + b
    assert {"a", "b", str(total), str(total * total)} == set(map(str, subterms(total * total)))
    assert 4 == len(subterms(total * total, total))


def test_subterms_of_a_deep_term_do_not_overflow_the_stack():
    term = a
    for _ in range(5000):
        term = ~(term + b)
    assert 10002 == len(subterms(term))


def test_variables_are_the_names_of_constants_but_not_of_numbers():
    assert {"a", "b"} == variables(a + 3, z3.If(b == 1, b, 2 * b))
    assert frozenset() == variables(z3.BitVecVal(3, 4))
