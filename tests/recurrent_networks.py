"""Recurrent networks of torch and of ours with the same weights, and a plain one over any functions for autograd."""

import numpy as np
import torch

from pysoft.recurrent import Architecture, RecurrentNetwork
from pysoft.weights import Weights

__all__ = ["ARCHITECTURES", "numbers", "ours", "plain_network", "random_weights", "state_of", "torch_network"]

ARCHITECTURES = [
    Architecture("elman", 3, 5),
    Architecture("elman-relu", 3, 5, layers=2),
    Architecture("lstm", 3, 5),
    Architecture("lstm", 3, 4, layers=2, bidirectional=True),
    Architecture("gru", 3, 5),
    Architecture("gru", 3, 4, layers=2, bidirectional=True),
    Architecture("gru", 3, 4, bias=False),
    Architecture("elman", 2, 4, layers=3, bidirectional=True),
]


def random_weights(architecture, seed=0, scale=0.6):
    generator = np.random.default_rng(seed)
    return {
        name: (scale * generator.standard_normal(shape)).astype(np.float32)
        for name, shape in architecture.tensors.items()
    }


def numbers(*shape, seed=0, scale=1.0):
    return (scale * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


def state_of(architecture, batch, seed=1, scale=0.5):
    shape = (architecture.layers * architecture.directions, batch, architecture.hidden_size)
    return tuple(numbers(*shape, seed=seed + k, scale=scale) for k in range(1 + (architecture.cell == "lstm")))


def torch_network(architecture, weights, dtype):
    kind = {"elman": torch.nn.RNN, "elman-relu": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    more = {"nonlinearity": "relu"} if architecture.cell == "elman-relu" else {}
    network = kind[architecture.cell](
        architecture.input_size,
        architecture.hidden_size,
        architecture.layers,
        bias=architecture.bias,
        bidirectional=architecture.bidirectional,
        batch_first=True,
        **more,
    ).to(dtype)
    network.load_state_dict({name: torch.tensor(array, dtype=dtype) for name, array in weights.items()})
    return network


def ours(arithmetic, architecture, weights):
    return RecurrentNetwork.load(arithmetic, architecture, Weights(weights))


def plain_network(functions, architecture, weights, x, state):
    """Outputs and final state, of dicts of tensors, written down again from the equations."""
    f = functions
    below, ends, place = x, [], 0
    for layer in range(architecture.layers):
        outputs = []
        for direction in range(architecture.directions):
            end = f"_l{layer}" + "_reverse" * direction
            wi, wh = weights["weight_ih" + end], weights["weight_hh" + end]
            bi, bh = (weights.get(kind + end, torch.zeros(len(wi), dtype=x.dtype)) for kind in ("bias_ih", "bias_hh"))
            now, hs = [part[place] for part in state], []
            for t in range(x.shape[1])[:: -1 if direction else 1]:
                p = f.round(f.round(f.matmul(below[:, t], wi.T)) + bi)
                q = f.round(f.round(f.matmul(now[0], wh.T)) + bh)
                now = plain_step(f, architecture.cell, p, q, *now)
                hs.append(now[0])
            outputs.append(torch.stack(hs[:: -1 if direction else 1], dim=1))
            ends.append(now)
            place += 1
        below = torch.cat(outputs, dim=-1)
    return below, [torch.stack(parts) for parts in zip(*ends, strict=True)]


def plain_step(f, cell, p, q, h, c=None):
    if cell == "gru":
        (pr, pz, pn), (qr, qz, qn) = p.chunk(3, -1), q.chunk(3, -1)
        r, z = f.sigmoid(f.round(pr + qr)), f.sigmoid(f.round(pz + qz))
        n = f.tanh(f.round(pn + f.multiply(r, qn)))
        return [f.round(n + f.multiply(z, f.round(h - n)))]
    s = f.round(p + q)
    if cell == "lstm":
        i, forget, g, o = s.chunk(4, -1)
        c = f.round(f.multiply(f.sigmoid(forget), c) + f.multiply(f.sigmoid(i), f.tanh(g)))
        return [f.multiply(f.sigmoid(o), f.tanh(c)), c]
    return [f.relu(s) if cell == "elman-relu" else f.tanh(s)]
