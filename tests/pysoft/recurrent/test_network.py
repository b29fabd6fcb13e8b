import numpy as np
import pytest
import torch
from guarded import GuardedArithmetic, guarded
from recurrent_networks import ARCHITECTURES, numbers, ours, random_weights, state_of, torch_network
from rounding import rounding_limit

from pysoft.arithmetic import Arithmetic
from pysoft.named_arithmetic import named_arithmetic
from pysoft.recurrent import Architecture

by_architecture = pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
STREAMS = [architecture for architecture in ARCHITECTURES if not architecture.bidirectional]
NAMES = ("f32-exact", "f32-mitchell", "bf16-mitchell", "s8-mitchell")


def torch_run(architecture, weights, x, state, dtype):
    tensors = [torch.tensor(part, dtype=dtype) for part in state]
    with torch.no_grad():
        outputs, final = torch_network(architecture, weights, dtype)(
            torch.tensor(x, dtype=dtype), tuple(tensors) if len(tensors) > 1 else tensors[0]
        )
    parts = final if isinstance(final, tuple) else (final,)
    return [each.numpy().astype(np.float64) for each in (outputs, *parts)]


@by_architecture
@pytest.mark.parametrize("seed", range(3))
def test_outputs_and_final_states_are_those_of_torch_but_for_rounding(architecture, seed):
    weights, x = random_weights(architecture, seed), numbers(3, 11, architecture.input_size, seed=seed)
    state = state_of(architecture, 3, seed)
    outputs, final = ours(Arithmetic(), architecture, weights).run(Arithmetic(), x, state)
    reference, single = (torch_run(architecture, weights, x, state, dtype) for dtype in (torch.float64, torch.float32))
    for mine, true, rounded in zip((outputs, *final), reference, single, strict=True):
        assert mine.shape == true.shape
        assert np.abs(mine - true).max() <= rounding_limit(true, rounded)


@by_architecture
def test_a_state_of_zeros_is_the_default(architecture):
    arithmetic, weights = named_arithmetic("f32-mitchell"), random_weights(architecture)
    network, x = ours(arithmetic, architecture, weights), numbers(2, 4, architecture.input_size)
    zeros = tuple(np.zeros_like(part) for part in state_of(architecture, 2))
    for one, other in zip(flat(network.run(arithmetic, x)), flat(network.run(arithmetic, x, zeros)), strict=True):
        assert np.array_equal(one, other)


def flat(result):
    outputs, state = result
    return [outputs, *state]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("architecture", STREAMS, ids=str)
def test_a_stream_has_the_bits_of_the_whole_sequence(name, architecture):
    arithmetic = named_arithmetic(name)
    network = ours(arithmetic, architecture, random_weights(architecture))
    x = arithmetic.cast(numbers(4, 9, architecture.input_size))
    state = tuple(arithmetic.cast(part) for part in state_of(architecture, 4))
    whole, final = network.run(arithmetic, x, state)
    assert whole.dtype == arithmetic.format.dtype
    steps = []
    for t in range(9):
        output, state = network.step(arithmetic, x[:, t], state)
        steps.append(output)
    assert np.array_equal(whole, np.stack(steps, axis=1))
    assert all(map(np.array_equal, final, state))


@pytest.mark.parametrize("name", NAMES)
@by_architecture
def test_sequences_of_a_batch_do_not_know_of_one_another(name, architecture):
    arithmetic = named_arithmetic(name)
    network, x = ours(arithmetic, architecture, random_weights(architecture)), numbers(3, 5, architecture.input_size)
    x = arithmetic.cast(x)
    outputs, final = network.run(arithmetic, x)
    for each in range(3):
        alone, (h, *_) = network.run(arithmetic, x[each : each + 1])
        assert np.array_equal(outputs[each], alone[0])
        assert np.array_equal(final[0][:, each], h[:, 0])


def test_bf16_follows_float64_within_its_precision():
    architecture = Architecture("lstm", 3, 8, layers=2)
    weights, x = random_weights(architecture, scale=0.4), numbers(4, 20, 3)
    arithmetic = Arithmetic.of_family("exact", "bf16")
    outputs, _ = ours(arithmetic, architecture, weights).run(arithmetic, arithmetic.cast(x))
    reference = torch_run(architecture, weights, x, tuple(np.zeros((2, 4, 8)) for _ in range(2)), torch.float64)[0]
    assert np.abs(outputs.astype(np.float64) - reference).max() < 8 * 2.0**-8


@by_architecture
def test_no_product_is_made_beside_the_arithmetic(architecture):
    plain, strict = Arithmetic.of_family("mitchell"), GuardedArithmetic.of_family("mitchell")
    weights, x = random_weights(architecture), numbers(2, 4, architecture.input_size)
    one = flat(ours(plain, architecture, weights).run(plain, x))
    other = flat(ours(strict, architecture, weights).run(strict, guarded(x)))
    assert all(map(np.array_equal, one, other))


def test_gru_stays_where_it_has_arrived():
    """z = 3/4 and h = n: (1 - z) n + z h would be too small in Mitchell's products, n + z (h - n) is n."""
    from pysoft.recurrent import GRU

    arithmetic = named_arithmetic("f32-mitchell")
    s = np.float32([0, 1.2, 0.3])
    n = arithmetic.tanh(s[2:])
    (h,), _ = GRU().step(arithmetic, s, np.zeros(3, np.float32), (n,))
    assert np.array_equal(n, h)


@pytest.mark.parametrize("shape", [(2, 4), (2, 4, 2), (2, 0, 3), (1, 2, 4, 3)])
def test_inputs_of_another_shape_are_refused(shape):
    architecture = Architecture("lstm", 3, 5)
    network = ours(Arithmetic(), architecture, random_weights(architecture))
    with pytest.raises(ValueError, match=r"x must have the shape \(batch, time >= 1, 3\)"):
        network.run(Arithmetic(), np.zeros(shape, np.float32))


def test_states_of_another_shape_are_refused():
    architecture = Architecture("lstm", 3, 5)
    network, x = ours(Arithmetic(), architecture, random_weights(architecture)), np.zeros((2, 1, 3), np.float32)
    h = np.zeros((1, 2, 5), np.float32)
    for state in ((h,), (h, h, h), (h[0], h[0]), (h, h[:, :1])):
        with pytest.raises(ValueError, match=r"is 2 x \(1, 2, 5\)"):
            network.run(Arithmetic(), x, state)


def test_a_bidirectional_network_has_no_steps():
    architecture = Architecture("gru", 3, 4, bidirectional=True)
    network = ours(Arithmetic(), architecture, random_weights(architecture))
    with pytest.raises(ValueError, match="use run"):
        network.step(Arithmetic(), np.zeros((1, 3), np.float32))
