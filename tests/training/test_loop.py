import itertools

import pytest
import torch
from torch import nn

from training.loop import fit, reproducible


def trained(*, steps=40, seed=1, **options):
    reproducible(seed)
    network = nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 4), nn.LayerNorm(4))
    lines, losses = [], []

    def loss():
        value = (network(torch.randint(5, (8,))) - torch.tensor([1.0, -1.0, 0.5, 0.0])).square().mean()
        losses.append(value.item())
        return value

    fit(network, loss, steps=steps, rate=0.05, warmup=4, watch=lambda: lines.append(len(losses)) or "", **options)
    return network, losses, lines


def test_same_seed_gives_the_same_weights():
    first, second, other = trained()[0], trained()[0], trained(seed=2)[0]
    for a, b in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(a, b)
    assert not torch.equal(first[1].weight, other[1].weight)


def test_loss_falls():
    _, losses, lines = trained()
    assert 40 == len(losses)
    assert sum(losses[-5:]) < 0.2 * sum(losses[:5])
    assert [4, 8, 12, 16, 20, 24, 28, 32, 36, 40] == lines


def test_rate_rises_and_falls_to_nothing(monkeypatch):
    rates = []
    step = torch.optim.AdamW.step

    def noted(self, *arguments, **options):
        rates.append(self.param_groups[0]["lr"])
        return step(self, *arguments, **options)

    monkeypatch.setattr(torch.optim.AdamW, "step", noted)
    trained(steps=24)
    assert pytest.approx([0.0125, 0.025, 0.0375, 0.05, 0.05]) == rates[:5]
    assert all(a > b for a, b in itertools.pairwise(rates[4:]))
    assert pytest.approx(0.025) == rates[14]  # half of the way down
    assert 0 < rates[-1] < 0.001


def test_matrices_alone_decay():
    decayed, plain = trained(steps=1, decay=10.0)[0], trained(steps=1, decay=0.0)[0]
    shrunk = [not torch.equal(a, b) for a, b in zip(decayed.parameters(), plain.parameters(), strict=True)]
    assert [False, True, False, False, False] == shrunk
