"""``mitchell run``: experiments on networks, one module each."""

import click

from .verbs import Verbs

__all__ = ["command"]

EXPERIMENTS = {
    "summary": "all trained models in one table",
    "digits": "handwritten digits by a GRU and by linear attention: accuracy",
    "charlm": "the Python reference, character by character, by a GRU, linear attention and a GPT-2: perplexity",
    "attention": "error of attention kernels beside the error of the arithmetic",
    "gradients": "how gradients of recurrent cells fade or grow with distance",
    "gpt2": "a GPT-2 from a local Hugging Face folder: perplexity, divergence, continuation",
    "continue": "what a GPT-2 writes behind a prompt",
}


@click.group("run", cls=Verbs, kind="run", verbs=EXPERIMENTS)
def command() -> None:
    """Run a network in one arithmetic after the other, and compare with float32.

    An arithmetic is called <format>-<family>, as an operator is without its operation: f32-mitchell, s8-drum-k4. A
    second family, f32-lmul+exact, is that of quotients, roots and exponentials; without it they are the first's, or
    Mitchell's where it has none. Formats of 8 bits are those of sums of products, whose operands are scaled by powers
    of two, and all else is in f32. Nothing is downloaded.
    """
