"""Many operators at once: the Verilog of each, in simulators, against its model."""

from pysoft.operator import Operator
from rtl.verilog import generate
from sim.runner import simulate_together

SIMULATORS = ("icarus", "verilator")


def assert_equal(names, simulators, stages, vectors, cache):
    """All operators give what their models give, in one build and one run of each simulator.

    Returns how many results were checked, a number for each operator and simulator.
    """
    operators = [Operator.from_name(name) for name in names]
    verilog = "\n".join(generate(operator, stages=stages) for operator in operators)
    options = {"stages": stages, "vectors": vectors, "cache": cache, "verilog": verilog}
    checked = []
    for simulator in simulators:
        results = simulate_together(operators, simulator=simulator, **options)
        assert operators == [result.operator for result in results]
        wrong = {each.operator.name: (each.failures, each.mismatches) for each in results if not each.passed}
        assert (simulator, {}) == (simulator, wrong)
        assert all(result.checked == result.sent > 0 for result in results)
        checked += [result.checked for result in results]
    return checked
