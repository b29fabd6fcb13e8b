"""Few-shot prompts: an instruction, examples of input and output, and a question, from a JSON file."""

import json
from dataclasses import dataclass
from pathlib import Path

__all__ = ["FewShotPrompt", "read_prompt"]

_FIELDS = ("instruction", "examples", "question", "pattern")
_INPUT, _OUTPUT = "{input}", "{output}"


@dataclass(frozen=True)
class FewShotPrompt:
    """A prompt that shows a task by examples; its answer is the line that a model continues it with.

    Parameters
    ----------
    instruction : str
        The first lines; none if it is empty.
    examples : tuple of (str, str)
        Inputs and their outputs.
    question : str
        The input whose output is asked for.
    pattern : str
        How input and output are written: holds ``{input}`` and, behind it, ``{output}``, each once.

    Raises
    ------
    TypeError
        If a value is of another type.
    ValueError
        If the pattern is not of this form.

    References
    ----------
    T. Brown et al., "Language models are few-shot learners", NeurIPS 2020, figure 2.1.

    Examples
    --------
    >>> print(FewShotPrompt("English to French:", (("cheese", "fromage"), ("sea", "mer")), "bread").text())
    English to French:
    cheese => fromage
    sea => mer
    bread =>
    """

    instruction: str = ""
    examples: tuple[tuple[str, str], ...] = ()
    question: str = ""
    pattern: str = "{input} => {output}"

    def __post_init__(self) -> None:
        for name in ("instruction", "question", "pattern"):
            if not isinstance(getattr(self, name), str):
                raise TypeError(f"{name} must be a text, not {getattr(self, name)!r}")
        for example in self.examples:
            if len(example) != 2 or not all(isinstance(part, str) for part in example):
                raise TypeError(f"an example must be two texts, input and output, not {example!r}")
        before, _, behind = self.pattern.partition(_INPUT)
        places = [text.count(_OUTPUT) for text in (before, behind)]
        if places != [0, 1] or _INPUT in behind:
            raise ValueError(f"pattern must hold {_INPUT} and, behind it, {_OUTPUT}, each once, not {self.pattern!r}")

    def text(self, question: str | None = None) -> str:
        """The prompt, up to where the answer begins, without the spaces there, which a model's tokens begin with.

        Parameters
        ----------
        question : str, optional
            In place of the prompt's own.
        """
        asked = self.question if question is None else question
        lines = [self.instruction] if self.instruction else []
        lines += [self._written(given, output) for given, output in self.examples]
        lines.append(self._written(asked, _OUTPUT).rpartition(_OUTPUT)[0].rstrip(" "))
        return "\n".join(lines)

    @staticmethod
    def answer(continuation: str) -> str:
        r"""The answer in a continuation: its first line, without white space around it.

        Examples
        --------
        >>> FewShotPrompt.answer(" pain\nwater => eau")
        'pain'
        """
        return continuation.partition("\n")[0].strip()

    def _written(self, given: str, output: str) -> str:
        before, _, rest = self.pattern.partition(_INPUT)
        between, _, behind = rest.partition(_OUTPUT)
        return f"{before}{given}{between}{output}{behind}"


def read_prompt(path: str | Path) -> FewShotPrompt:
    """The prompt in a JSON file: an object with any of ``instruction examples question pattern``.

    Texts are those of :class:`FewShotPrompt`; ``examples`` is a list of objects with ``input`` and ``output``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no JSON of this form; the message names the file.
    """
    place = Path(path)
    content = place.read_bytes()
    try:
        settings = json.loads(content)
        if not isinstance(settings, dict):
            raise ValueError("it must hold a JSON object")
        unknown = [name for name in settings if name not in _FIELDS]
        if unknown:
            raise ValueError(f"unknown field {unknown[0]!r}: there are {', '.join(_FIELDS)}")
        examples = settings.pop("examples", [])
        if not isinstance(examples, list):
            raise ValueError(f"examples must be a list, not {examples!r}")
        return FewShotPrompt(examples=tuple(map(_example, examples)), **settings)
    except (TypeError, ValueError) as error:  # a JSONDecodeError is a ValueError
        raise ValueError(f"{place}: {error}") from error


def _example(entry: object) -> tuple[str, str]:
    if not isinstance(entry, dict) or set(entry) != {"input", "output"}:
        raise ValueError(f"an example must be an object with input and output, not {entry!r}")
    return entry["input"], entry["output"]
