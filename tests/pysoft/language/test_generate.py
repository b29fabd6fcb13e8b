import numpy as np
import pytest
import torch
from guarded import GuardedArithmetic

from pysoft.arithmetic import Arithmetic
from pysoft.language.generate import Continuation, generate
from pysoft.language.gpt2 import GPT2
from pysoft.language.sampling import Sampling

EXACT, MITCHELL = Arithmetic(), Arithmetic.of_family("mitchell")
PROMPT = [5, 80, 33]


@pytest.mark.parametrize("changes", [{}, {"n_layer": 3, "n_head": 2, "seed": 4}, {"tie_word_embeddings": False}])
def test_greedy_is_theirs_token_by_token(save_gpt2, changes):
    saved = save_gpt2(**changes)
    for prompt in (PROMPT, [0], [9] * 10):
        theirs = saved.model.float().generate(
            torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt)), do_sample=False, max_new_tokens=20,
            pad_token_id=0,
        )[0, len(prompt) :].tolist()  # fmt: skip
        ours = generate(EXACT, GPT2.read(saved.folder), prompt, count=20)
        assert Continuation(tuple(theirs), "count") == ours
        assert len(set(theirs)) > 1


def test_each_token_is_the_best_of_a_pass_over_all_before(saved):
    model = GPT2.read(saved.folder)
    tokens = generate(MITCHELL, model, PROMPT, count=12).tokens
    best = model.logits(MITCHELL, [*PROMPT, *tokens]).argmax(axis=-1)
    assert tokens == tuple(best[len(PROMPT) - 1 : -1])


def test_drawn_tokens_are_those_of_the_seed(saved):
    model, choice = GPT2.read(saved.folder), Sampling(temperature=2.0, top_k=30, top_p=0.95)
    a, b, c = (generate(EXACT, model, PROMPT, count=20, choice=choice, seed=seed) for seed in (1, 1, 2))
    assert a == b != c


def test_it_stops_behind_a_token_to_stop_at(saved):
    model = GPT2.read(saved.folder)
    tokens = generate(EXACT, model, PROMPT, count=20).tokens
    at = tokens.index(tokens[5])
    assert Continuation(tokens[: at + 1], "stop") == generate(EXACT, model, PROMPT, count=20, stop=[tokens[5], 1000])


def test_it_ends_where_the_context_is_full(saved):
    model = GPT2.read(saved.folder)
    full = generate(EXACT, model, PROMPT, count=100)
    assert (29, "context") == (len(full.tokens), full.ended)
    assert Continuation(full.tokens, "count") == generate(EXACT, model, PROMPT, count=29)
    assert Continuation((), "context") == generate(EXACT, model, [1] * 32, count=1)
    with pytest.raises(ValueError, match="32 tokens at most"):
        generate(EXACT, model, [1] * 33, count=1)


def test_tokens_are_shown_as_they_come(saved):
    model, shown = GPT2.read(saved.folder), []

    def show(token):
        shown.append(token)
        if len(shown) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(EXACT, model, PROMPT, count=20, on_token=show)
    assert generate(EXACT, model, PROMPT, count=3).tokens == tuple(shown)


def test_nothing_asked_for_is_nothing(saved):
    assert Continuation((), "count") == generate(EXACT, GPT2.read(saved.folder), PROMPT, count=0)


def test_it_multiplies_by_the_arithmetic_alone(saved):
    model, choice = GPT2.read(saved.folder), Sampling(0.8, 20, 0.9)
    a, b = (
        generate(kind.of_family("mitchell"), model, PROMPT, count=6, choice=choice, seed=3)
        for kind in (Arithmetic, GuardedArithmetic)
    )
    assert a == b


@pytest.mark.parametrize(
    ("prompt", "count", "message"),
    [
        ([[1, 2]], 3, r"prompt must have shape \(n,\), not \(1, 2\)"),
        ([], 3, "tokens must have shape"),
        ([1], -1, "count must be 0 or more, not -1"),
    ],
)
def test_other_arguments_are_refused(saved, prompt, count, message):
    with pytest.raises(ValueError, match=message):
        generate(EXACT, GPT2.read(saved.folder), np.array(prompt, int), count=count)
