"""``mitchell run``: its tables, its JSON, its picture, and what it refuses."""

import json

import pytest
from png_file import png_chunks

SMALL = {
    "digits": ("--images", "12"),
    "charlm": ("--characters", "128", "--model", "gru"),
    "attention": ("--length", "8", "--scale", "1", "--repeats", "1", "--width", "4"),
    "gradients": ("--cell", "gru", "--hidden", "4", "--inputs", "2", "--steps", "20", "--seeds", "1"),
    "gpt2": ("--attention", "taylor-2", "--count", "2", "--window", "32"),
}
by_experiment = pytest.mark.parametrize("experiment", SMALL)


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("An expression is a piece of syntax which can be evaluated to some value. " * 2)
    return path


def arguments(experiment, text):
    return ("run", experiment, *SMALL[experiment], *(("--text", str(text)) if experiment == "gpt2" else ()))


@by_experiment
def test_every_experiment_prints_a_table_of_the_arithmetics(run, experiment, text, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    status, out, err = run(*arguments(experiment, text), "-a", "bf16-mitchell")
    assert (0, "") == (status, err)
    assert all(word in out for word in ("f32-exact", "bf16", "mitchell"))


@by_experiment
def test_every_experiment_prints_json_and_draws(run, experiment, text, tmp_path):
    picture = tmp_path / "picture.png"
    status, out, err = run(*arguments(experiment, text), "-a", "f32-mitchell", "--json", "--plot", str(picture))
    assert (0, "") == (status, err)
    assert json.loads(out)
    assert png_chunks(picture)


@by_experiment
def test_every_experiment_prints_markdown_and_the_same_again(run, experiment, text):
    results = [run(*arguments(experiment, text), "-a", "f32-mitchell", "--markdown") for _ in range(2)]
    status, out, err = results[0]
    assert (0, "") == (status, err)
    assert out.startswith("| ")
    if experiment != "gpt2":  # which says how fast it was
        assert results[0] == results[1]


@by_experiment
def test_wrong_arithmetics_are_refused_in_one_line(run, experiment, text):
    for name, message in (("f32-foo", "unknown family 'foo'"), ("u8-mitchell", "signed integers"), ("f32-exact+", "+")):
        status, out, err = run(*arguments(experiment, text), "-a", name)
        assert (2, "") == (status, out)
        assert message in err
        assert 1 == err.count("\n")


def test_pictures_that_cannot_be_drawn_are_refused_before_the_work(run, tmp_path):
    status, _, err = run("run", "digits", "--plot", str(tmp_path / "picture.gif"))
    assert (2, "error: a picture must end in .png, .svg, .pdf, not 'picture.gif'\n") == (status, err)


def test_unknown_experiments_are_refused(run):
    status, _, err = run("run", "nothing")
    assert 2 == status
    assert "No such command 'nothing'" in err


def test_help_names_every_experiment(run):
    status, out, _ = run("run", "--help")
    assert 0 == status
    assert all(experiment in out for experiment in SMALL)


def test_folders_without_a_model_are_refused(run, tmp_path):
    status, _, err = run("run", "gpt2", str(tmp_path))
    assert 2 == status
    assert "config.json" in err


def test_digits_counts_what_it_reads(run):
    figures = json.loads(run("run", "digits", "--images", "50", "-a", "f32-mitchell", "--json")[1])["figures"]
    assert 4 == len(figures)
    assert all(50 == each["images"] >= each["right"] >= 45 for each in figures)
    assert [0, 0] == [each["changed"] for each in figures if each["arithmetic"] == "f32-exact"]
    assert all(each["drift"] > 0.01 for each in figures if each["arithmetic"] == "f32-mitchell")


def test_continue_writes_the_same_with_and_without_json(run):
    arguments = ("run", "continue", "--prompt", "The following", "-a", "f32-mitchell", "--count", "12")
    written = json.loads(run(*arguments, "--json")[1])
    status, out, err = run(*arguments)
    assert (0, "") == (status, err)
    assert {"f32-exact", "f32-mitchell"} == set(written["continuations"])
    expected = [f"{name}\nThe following{text}\n\n" for name, text in written["continuations"].items()]
    assert "".join(expected) == out


def test_continue_draws_by_its_seed(run):
    def drawn(seed):
        arguments = ("--prompt", "The ", "--temperature", "2", "--count", "20", "--json", "-a", "f32-mitchell")
        return run("run", "continue", *arguments, "--seed", str(seed))

    assert drawn(1) == drawn(1) != drawn(2)


def test_continue_answers_a_few_shot_prompt_by_one_line(run, tmp_path):
    prompt = tmp_path / "prompt.json"
    prompt.write_text(json.dumps({"examples": [{"input": "a", "output": "b"}], "question": "c"}))
    written = json.loads(run("run", "continue", "--few-shot", str(prompt), "-a", "f32-mitchell", "--json")[1])
    assert "a => b\nc =>" == written["prompt"]
    assert all(text.find("\n") in (-1, len(text) - 1) for text in written["continuations"].values())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "give a text"),
        (("--prompt", ""), "the prompt is empty"),
        (("--prompt", "x", "--top-k", "3"), "give a --temperature above 0"),
        (("--prompt", "x" * 200), "the prompt has 200 tokens, and the context 128"),
    ],
)
def test_continue_refuses_what_it_cannot_do(run, options, message):
    status, out, err = run("run", "continue", *options, "--json")
    assert (2, "") == (status, out)
    assert message in err


@pytest.mark.filterwarnings("default")
def test_text_that_the_tokenizer_does_not_know_is_counted(run, tmp_path):
    status, _, err = run("run", "continue", "--prompt", "a\u4e16\u754c", "-a", "f32-mitchell", "--count", "1")
    assert 0 == status
    assert "warning: 2 of 3 tokens stand for text that the tokenizer does not know" in err


def test_texts_that_cannot_be_read_are_named(run, tmp_path):
    path = tmp_path / "text.txt"
    for content, message in ((b"\xff\xfe", "is no text in UTF-8"), (b"", "is empty")):
        path.write_bytes(content)
        status, _, err = run("run", "gpt2", "--text", str(path))
        assert 2 == status
        assert f"{path} {message}" in err


def test_numbers_that_json_has_no_words_for_are_null(run):
    small = ("--length", "8", "--repeats", "1", "--width", "4")
    status, out, _ = run("run", "attention", *small, "--scale", "1e6", "-a", "f16-mitchell", "--json")
    assert 0 == status
    json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_a_tiny_temperature_takes_the_most_probable_token(run):
    arguments = ("run", "continue", "--prompt", "The ", "--count", "8", "-a", "f32-mitchell", "--json")
    greedy = json.loads(run(*arguments)[1])
    assert greedy == json.loads(run(*arguments, "--temperature", "1e-30")[1])
