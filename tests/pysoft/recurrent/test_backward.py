"""Gradients against torch's autograd: of its own networks, and of plain ones over the straight pieces of Mitchell."""

import numpy as np
import piecewise
import pytest
import torch
from guarded import GuardedArithmetic, guarded
from recurrent_networks import ARCHITECTURES, numbers, ours, plain_network, random_weights, state_of, torch_network
from rounding import rounding_limit

from pysoft.arithmetic import Arithmetic
from pysoft.derivatives import ExactDerivative, StraightThrough
from pysoft.named_arithmetic import named_arithmetic
from pysoft.recurrent import Architecture, backward

by_architecture = pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
by_rule = pytest.mark.parametrize("rule", [StraightThrough, ExactDerivative])


def problem(architecture, seed, *, batch=2, time=4):
    """Weights, inputs, initial state, and gradients of outputs and final state."""
    sizes = architecture.output_size
    x, g = numbers(batch, time, architecture.input_size, seed=seed), numbers(batch, time, sizes, seed=seed + 50)
    return (
        random_weights(architecture, seed),
        x,
        state_of(architecture, batch, seed),
        g,
        state_of(architecture, batch, 99),
    )


def autograd(functions, architecture, parts, dtype):
    """Gradients of weights, inputs and initial state, and the outputs."""
    weights, x, state, g, g_state = parts
    leaf = lambda array: torch.tensor(array.astype(np.float64), dtype=dtype, requires_grad=True)  # noqa: E731
    named, inputs, initial = (
        {name: leaf(each) for name, each in weights.items()},
        leaf(x),
        [leaf(each) for each in state],
    )
    outputs, final = plain_network(functions, architecture, named, inputs, initial)
    loss = (outputs * torch.tensor(g.astype(np.float64), dtype=dtype)).sum()
    for one, other in zip(final, g_state, strict=True):
        loss = loss + (one * torch.tensor(other.astype(np.float64), dtype=dtype)).sum()
    loss.backward()
    gradients = [each.grad.numpy().astype(np.float64) for each in (*named.values(), inputs, *initial)]
    return gradients, outputs.detach().numpy()


def torch_gradients(architecture, parts, dtype):
    """Those of torch's own network."""
    weights, x, state, g, g_state = parts
    network = torch_network(architecture, weights, dtype)
    inputs, *initial = (torch.tensor(each, dtype=dtype, requires_grad=True) for each in (x, *state))
    outputs, final = network(inputs, tuple(initial) if len(initial) > 1 else initial[0])
    finals = final if isinstance(final, tuple) else (final,)
    torch.autograd.backward((outputs, *finals), [torch.tensor(each, dtype=dtype) for each in (g, *g_state)])
    parameters = [each.grad for each in network.parameters()]
    assert list(architecture.tensors) == [name for name, _ in network.named_parameters()]
    return [each.numpy().astype(np.float64) for each in (*parameters, inputs.grad, *(each.grad for each in initial))]


def our_gradients(rule, arithmetic, architecture, parts):
    weights, x, state, g, g_state = parts
    cast = arithmetic.cast
    network = ours(arithmetic, architecture, weights)
    trace = network.trace(arithmetic, cast(x), tuple(map(cast, state)))
    gradients = backward(rule, network, trace, cast(g), tuple(map(cast, g_state)))
    assert list(gradients.weights) == list(architecture.tensors)
    return [*gradients.weights.values(), gradients.x, *gradients.state], trace.outputs


@by_architecture
@by_rule
@pytest.mark.parametrize("seed", range(2))
def test_exact_gradients_are_those_of_autograd_but_for_rounding(architecture, rule, seed):
    parts, arithmetic = problem(architecture, seed, time=7), Arithmetic()
    ours_, _ = our_gradients(rule(arithmetic), arithmetic, architecture, parts)
    reference, single = (torch_gradients(architecture, parts, dtype) for dtype in (torch.float64, torch.float32))
    for mine, true, rounded in zip(ours_, reference, single, strict=True):
        assert mine.shape == true.shape
        limit = rounding_limit(true, rounded, places=16)
        if rule is ExactDerivative:  # of tanh x = x below 2^-8, too, whose true slope is 1 - x^2
            limit += 2.0**-16 * np.abs(true).max()
        assert np.abs(mine - true).max() <= limit


@by_architecture
@pytest.mark.parametrize("seed", range(2))
def test_mitchells_gradients_are_those_of_autograd_over_straight_pieces(architecture, seed):
    parts, arithmetic = problem(architecture, seed), named_arithmetic("f32-mitchell")
    gradients, outputs = our_gradients(ExactDerivative(arithmetic), arithmetic, architecture, parts)
    reference, forward = autograd(piecewise.Mitchell("f32"), architecture, parts, torch.float64)
    assert np.array_equal(forward, outputs.astype(np.float64))
    for mine, true in zip(gradients, reference, strict=True):
        assert np.abs(mine - true).max() <= 32 * 2.0**-24 * np.abs(true).max()


@by_architecture
def test_gradients_in_bf16_are_those_of_autograd_over_straight_pieces(architecture):
    weights, *others = problem(architecture, 3, time=2)
    arithmetic = named_arithmetic("bf16-mitchell")
    rounded = lambda array: arithmetic.cast(array).astype(np.float32)  # noqa: E731
    weights = {name: rounded(each) for name, each in weights.items()}
    x, state, g, g_state = others
    parts = weights, rounded(x), tuple(map(rounded, state)), rounded(g), tuple(map(rounded, g_state))
    gradients, outputs = our_gradients(ExactDerivative(arithmetic), arithmetic, architecture, parts)
    reference, forward = autograd(piecewise.Mitchell("bf16"), architecture, parts, torch.float64)
    assert np.array_equal(forward, outputs.astype(np.float64))
    for mine, true in zip(gradients, reference, strict=True):
        assert mine.dtype == arithmetic.format.dtype
        assert np.abs(mine.astype(np.float64) - true).max() <= 8 * 2.0**-8 * np.abs(true).max()


@by_rule
@pytest.mark.parametrize("name", ["f32-mitchell", "bf16-lmul"])
def test_gradients_of_a_batch_are_the_sums_over_its_sequences_but_for_rounding(rule, name):
    architecture, arithmetic = Architecture("gru", 3, 4, layers=2), named_arithmetic(name)
    weights, x, state, g, g_state = problem(architecture, 5, batch=3)
    together, _ = our_gradients(rule(arithmetic), arithmetic, architecture, (weights, x, state, g, g_state))
    alone = [
        our_gradients(
            rule(arithmetic),
            arithmetic,
            architecture,
            (weights, x[[b]], tuple(s[:, [b]] for s in state), g[[b]], tuple(s[:, [b]] for s in g_state)),
        )[0]
        for b in range(3)
    ]
    count = len(weights)
    for whole, *parts in zip(together[:count], *(each[:count] for each in alone), strict=True):
        total = sum(part.astype(np.float64) for part in parts)
        eps = 2.0**-7 if "bf16" in name else 2.0**-22
        assert np.abs(whole.astype(np.float64) - total).max() <= 4 * eps * np.abs(total).max()
    assert np.array_equal(together[count], np.concatenate([each[count] for each in alone]))


@by_architecture
@by_rule
def test_no_product_is_made_beside_the_arithmetic(architecture, rule):
    plain, strict = Arithmetic.of_family("mitchell"), GuardedArithmetic.of_family("mitchell")
    weights, x, state, g, g_state = problem(architecture, 1)
    one, _ = our_gradients(rule(plain), plain, architecture, (weights, x, state, g, g_state))
    parts = (weights, guarded(x), tuple(map(guarded, state)), guarded(g), tuple(map(guarded, g_state)))
    other, _ = our_gradients(rule(strict), strict, architecture, parts)
    assert all(map(np.array_equal, one, other))


@pytest.mark.parametrize("name", ["s8-mitchell", "f8e4m3-mitchell"])
def test_narrow_products_have_straight_through_gradients(name):
    architecture, arithmetic = Architecture("lstm", 3, 4), named_arithmetic(name)
    parts = problem(architecture, 2)
    gradients, _ = our_gradients(StraightThrough(arithmetic), arithmetic, architecture, parts)
    reference = torch_gradients(architecture, parts, torch.float64)
    for mine, true in zip(gradients, reference, strict=True):
        assert np.abs(mine - true).max() <= 0.4 * np.abs(true).max()


def test_gradients_of_another_shape_are_refused():
    architecture, arithmetic = Architecture("lstm", 3, 4), Arithmetic()
    weights, x, _, g, g_state = problem(architecture, 2)
    network = ours(arithmetic, architecture, weights)
    trace = network.trace(arithmetic, x)
    with pytest.raises(ValueError, match="gradient of outputs"):
        backward(StraightThrough(arithmetic), network, trace, g[:, 1:])
    with pytest.raises(ValueError, match=r"is 2 x \(1, 2, 4\)"):
        backward(StraightThrough(arithmetic), network, trace, g, g_state[:1])
