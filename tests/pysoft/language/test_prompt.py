import json

import pytest

from pysoft.language.prompt import FewShotPrompt, read_prompt

WHOLE = {
    "instruction": "Add.",
    "examples": [{"input": "1 + 1", "output": "2"}, {"input": "2 + 3", "output": "5"}],
    "question": "4 + 4",
    "pattern": "Q: {input}\nA: {output}",
}


def write(tmp_path, content):
    path = tmp_path / "prompt.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_prompt_is_read_and_written_out(tmp_path):
    prompt = read_prompt(write(tmp_path, WHOLE))
    assert FewShotPrompt("Add.", (("1 + 1", "2"), ("2 + 3", "5")), "4 + 4", "Q: {input}\nA: {output}") == prompt
    assert "Add.\nQ: 1 + 1\nA: 2\nQ: 2 + 3\nA: 5\nQ: 4 + 4\nA:" == prompt.text()
    assert prompt.text("9 + 1").endswith("\nQ: 9 + 1\nA:")


def test_nothing_need_be_given(tmp_path):
    prompt = read_prompt(write(tmp_path, "{}"))
    assert FewShotPrompt() == prompt
    assert "x =>" == prompt.text("x")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{input}{output}", "a1\nb2\nc"),
        ("{input}  {output}.", "a  1.\nb  2.\nc"),
        ("{input}\n{output}\n", "a\n1\n\nb\n2\n\nc\n"),
        ("<{input}|{output}>", "<a|1>\n<b|2>\n<c|"),
    ],
)
def test_the_prompt_ends_where_the_answer_begins(pattern, expected):
    assert expected == FewShotPrompt("", (("a", "1"), ("b", "2")), "c", pattern).text()


def test_texts_are_taken_as_they_are():
    prompt = FewShotPrompt("{output}", (("{output}", "{input}"),), "{input} {output} {0}", "{input} = {output}")
    assert "{output}\n{output} = {input}\n{input} {output} {0} =" == prompt.text()


@pytest.mark.parametrize(("continuation", "answer"), [(" 8\nQ: 5", "8"), ("8", "8"), ("", ""), ("\n8", "")])
def test_an_answer_is_the_first_line(continuation, answer):
    assert answer == FewShotPrompt.answer(continuation)


@pytest.mark.parametrize("pattern", ["", "{input}", "{output}", "{output} {input}", "{input} {input} {output}",
                                     "{input} {output} {output}", "{output} {input} {output}"])  # fmt: skip
def test_other_patterns_are_refused(pattern):
    with pytest.raises(ValueError, match=r"pattern must hold \{input\} and, behind it, \{output\}, each once"):
        FewShotPrompt(pattern=pattern)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "Expecting property name"),
        ([], "it must hold a JSON object"),
        ({"shots": []}, "unknown field 'shots': there are instruction, examples, question, pattern"),
        ({"question": 3}, "question must be a text, not 3"),
        ({"pattern": "x"}, "pattern must hold"),
        ({"examples": ["a"]}, "an example must be an object with input and output, not 'a'"),
        ({"examples": [{"input": "a"}]}, "an example must be an object with input and output"),
        ({"examples": [{"input": "a", "output": 1}]}, "an example must be two texts, input and output"),
        ({"examples": 3}, "examples must be a list, not 3"),
    ],
)
def test_files_of_another_form_are_named(tmp_path, content, message):
    path = write(tmp_path, content)
    with pytest.raises(ValueError, match=r"prompt\.json: ") as error:
        read_prompt(path)
    assert str(error.value).startswith(f"{path}: {message}")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"prompt\.json"):
        read_prompt(tmp_path / "prompt.json")
