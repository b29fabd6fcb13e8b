"""What all trainings share: a seed, one thread, AdamW with a cosine, a progress bar."""

import math
from collections.abc import Callable, Iterable

import torch
from rich.progress import Progress
from torch import Tensor, nn

__all__ = ["fit", "reproducible"]


def reproducible(seed: int) -> None:
    """Make what follows the same every time, on machines of one kind with one version of torch."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)  # several may share a sum differently
    torch.set_flush_denormal(True)  # which cost time and teach nothing
    torch.use_deterministic_algorithms(True)


def fit(
    model: nn.Module,
    loss: Callable[[], Tensor],
    *,
    steps: int,
    rate: float,
    decay: float = 0.1,
    warmup: int = 200,
    watch: Callable[[], str] | None = None,
) -> None:
    """Train for a number of steps: AdamW, the rate rising linearly, then falling to 0 as a cosine.

    Parameters
    ----------
    model : torch.nn.Module
        In place. Matrices decay; biases, gains and embeddings do not.
    loss : callable
        Gives the loss of a fresh batch.
    steps, warmup : int
    rate, decay : float
        The highest learning rate; the weight decay.
    watch : callable, optional
        Gives a line to show, ten times on the way.
    """
    optimiser = torch.optim.AdamW(_groups(model, decay), lr=rate, betas=(0.9, 0.99), fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda step: min((step + 1) / warmup, 0.5 + 0.5 * math.cos(math.pi * max(0, step - warmup) / (steps - warmup))),
    )
    with Progress() as progress:
        task = progress.add_task("training", total=steps)
        for step in range(1, steps + 1):
            model.train()
            value = loss()
            value.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            progress.advance(task)
            if watch and step % max(1, steps // 10) == 0:
                progress.console.print(f"step {step}: loss {value.item():.3f}, {watch()}")


def _groups(model: nn.Module, decay: float) -> Iterable[dict[str, object]]:
    embeddings = {id(m.weight) for m in model.modules() if isinstance(m, nn.Embedding)}
    matrices = [p for p in model.parameters() if p.ndim > 1 and id(p) not in embeddings]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in chosen]
    return [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]
