import json

import numpy as np
import pytest
import tokenizers
import transformers

from pysoft.language.tokenizer import read_tokenizer

TEXT = "Log tables made a product one addition. 对数使乘积变成加法。 A logarithm's table, a product's log!"
UNSEEN = [
    "",
    " ",
    "Log",
    "  log  tables\n\nwere\tmade",
    "naïve 对数 🙂 it's",
    "<|endoftext|>a log<|endoftext|>",
    "don't 123",
]


@pytest.fixture(scope="module")
def trained():
    backend = tokenizers.Tokenizer(tokenizers.models.BPE())
    backend.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=320,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator([TEXT], trainer)
    return backend


@pytest.fixture(params=["tokenizer.json", "vocab.json"])
def folder(request, trained, tmp_path):
    if request.param == "tokenizer.json":
        trained.save(str(tmp_path / "tokenizer.json"))
    else:
        trained.model.save(str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def theirs(trained, tmp_path_factory):
    place = tmp_path_factory.mktemp("theirs")
    trained.model.save(str(place))
    return transformers.GPT2TokenizerFast.from_pretrained(place)


@pytest.mark.parametrize("text", [TEXT, *UNSEEN])
def test_tokens_are_theirs_and_come_back_as_the_text(folder, theirs, text):
    ours = read_tokenizer(folder)
    tokens = ours.encode(text)
    assert (np.int64, 1) == (tokens.dtype, tokens.ndim)
    assert theirs(text)["input_ids"] == tokens.tolist()
    assert text == ours.decode(tokens)


def test_sizes_and_the_end_are_theirs(folder, theirs):
    ours = read_tokenizer(folder)
    assert (len(theirs), theirs.eos_token_id) == (ours.vocab_size, ours.end)


def test_a_tokenizer_that_transformers_saved_is_read(theirs, tmp_path):
    theirs.save_pretrained(tmp_path)
    assert theirs(TEXT)["input_ids"] == read_tokenizer(tmp_path).encode(TEXT).tolist()


def test_nothing_is_put_before_a_text(trained, tmp_path):
    """Even if the tokenizer has a rule for it."""
    path = tmp_path / "tokenizer.json"
    backend = tokenizers.Tokenizer.from_str(trained.to_str())
    backend.post_processor = tokenizers.processors.TemplateProcessing("<|endoftext|> $A", None, [("<|endoftext|>", 0)])
    backend.save(str(path))
    assert trained.encode(TEXT).ids == read_tokenizer(tmp_path).encode(TEXT).tolist()


def test_a_text_comes_token_by_token_and_whole_characters_at_once(folder):
    ours = read_tokenizer(folder)
    tokens, stream = ours.encode("log 🙂 对<|endoftext|>!"), ours.stream()
    pieces = [stream(token) for token in tokens]
    assert "log 🙂 对<|endoftext|>!" == "".join(pieces)
    assert "" in pieces
    assert not any("\N{REPLACEMENT CHARACTER}" in piece for piece in pieces)


def test_what_is_no_text_is_shown(folder):
    ours = read_tokenizer(folder)
    assert "\N{REPLACEMENT CHARACTER}" == ours.decode(ours.encode("🙂")[:1])


def test_a_tokenizer_without_an_end_has_none(tmp_path):
    tokenizers.Tokenizer(tokenizers.models.BPE({"a": 0}, [])).save(str(tmp_path / "tokenizer.json"))
    assert read_tokenizer(tmp_path).end is None


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "no tokenizer.json, and no vocab.json and no merges.txt$"),
        (["vocab.json"], "no tokenizer.json, and no merges.txt$"),
        (["merges.txt"], "no tokenizer.json, and no vocab.json$"),
    ],
)
def test_missing_files_are_named(tmp_path, files, message):
    for name in files:
        (tmp_path / name).write_text("")
    with pytest.raises(FileNotFoundError, match=message):
        read_tokenizer(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "{}", json.dumps({"version": "1.0", "model": {"type": "Abacus"}})])
def test_a_file_that_is_no_tokenizer_is_named(tmp_path, content):
    (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(ValueError, match=r"tokenizer\.json: no tokenizer can be made of this"):
        read_tokenizer(tmp_path)


@pytest.mark.parametrize("name", ["vocab.json", "merges.txt"])
def test_old_files_that_are_none_are_named(trained, tmp_path, name):
    trained.model.save(str(tmp_path))
    (tmp_path / name).write_text("{a b c")
    with pytest.raises(ValueError, match=r"vocab\.json and merges\.txt: no tokenizer"):
        read_tokenizer(tmp_path)
