import numpy as np
import pytest
import torch
import transformers
from guarded import GuardedArithmetic, guarded
from rounding import assert_rounds_like
from transformers.models.gpt2.modeling_gpt2 import GPT2Block

from pysoft.arithmetic import Arithmetic
from pysoft.attention.softmax import SoftmaxAttention
from pysoft.language.block import Block, block_shapes
from pysoft.weights import Weights, WeightsError

WIDTH, INNER, HEADS, EPSILON = 12, 20, 3, 1e-3
X = np.random.default_rng(5).standard_normal((2, 7, WIDTH), np.float32)


@pytest.fixture(scope="module")
def theirs():
    torch.manual_seed(3)
    config = transformers.GPT2Config(
        n_embd=WIDTH, n_head=HEADS, n_inner=INNER, layer_norm_epsilon=EPSILON, attn_implementation="eager"
    )
    block = GPT2Block(config, layer_idx=0).eval()
    with torch.no_grad():
        for parameter in block.parameters():
            parameter.copy_(torch.randn(parameter.shape))
    return block


def ours(theirs, attention=SoftmaxAttention()):  # noqa: B008, frozen
    tensors = {name: tensor.numpy().astype(np.float32) for name, tensor in theirs.state_dict().items()}
    return Block.of(Weights(tensors), WIDTH, INNER, heads=HEADS, attention=attention, epsilon=EPSILON)


def test_the_names_and_shapes_are_theirs(theirs):
    shapes = {name: tuple(tensor.shape) for name, tensor in theirs.state_dict().items()}
    assert shapes == block_shapes(WIDTH, INNER)


def test_a_block_that_sees_everything_is_theirs_without_a_mask(theirs):
    block = ours(theirs)
    assert_rounds_like(lambda x: theirs.to(x.dtype)(x), block(Arithmetic(), X), X)


def test_a_causal_block_is_theirs_with_the_mask(theirs):
    block = ours(theirs)
    mask = torch.full((7, 7), -torch.inf).triu(1)
    result = block.extend(Arithmetic(), X, block.attention.memory())
    assert_rounds_like(lambda x: theirs.to(x.dtype)(x, attention_mask=mask.to(x.dtype)), result, X)


@pytest.mark.parametrize("arithmetic", [Arithmetic.of_family("mitchell"), Arithmetic.of_family("mitchell", "bf16")])
def test_tokens_one_by_one_give_the_bits_of_all_at_once(theirs, arithmetic):
    block, x = ours(theirs), arithmetic.cast(X)
    memory = block.attention.memory()
    parts = [block.extend(arithmetic, x[:, i:j], memory) for i, j in ((0, 3), (3, 4), (4, 7))]
    whole = block.extend(arithmetic, x, block.attention.memory())
    assert arithmetic.format.dtype == whole.dtype
    assert np.array_equal(whole, np.concatenate(parts, axis=1))


@pytest.mark.parametrize("form", ["f32", "bf16"])
def test_a_block_multiplies_by_the_arithmetic_alone(theirs, form):
    block, strict = ours(theirs), GuardedArithmetic.of_family("mitchell", form)
    plain = Arithmetic.of_family("mitchell", form)
    assert np.array_equal(block(plain, plain.cast(X)), block(strict, guarded(plain.cast(X))))


def test_the_last_residual_is_rounded_to_the_format(theirs):
    arithmetic = Arithmetic(format="bf16")
    assert arithmetic.format.dtype == ours(theirs)(arithmetic, arithmetic.cast(X)).dtype


def test_a_tensor_of_another_shape_is_named(theirs):
    tensors = {name: np.zeros(shape, np.float32) for name, shape in block_shapes(WIDTH, INNER).items()}
    tensors["mlp.c_fc.weight"] = tensors["mlp.c_fc.weight"].T
    with pytest.raises(WeightsError, match=r"tensor mlp\.c_fc\.weight .* shape \(20, 12\), not \(12, 20\)"):
        Block.of(Weights(tensors), WIDTH, INNER, heads=HEADS, attention=SoftmaxAttention())
