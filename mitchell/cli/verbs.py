"""A group of verbs, each a module that is imported when the verb is used."""

import importlib
from collections.abc import Mapping

import click

__all__ = ["Verbs"]


class Verbs(click.Group):
    """Verbs by name; each is the attribute ``command`` of its module ``<kind>_<name>`` in this folder, with ``_``
    for ``-``.

    Parameters
    ----------
    kind : str
    verbs : mapping
        What each is for, by name.
    """

    def __init__(self, *, kind: str, verbs: Mapping[str, str], **options: object):
        super().__init__(**options)  # type: ignore[arg-type]
        self._kind, self._verbs = kind, verbs

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names."""
        return list(self._verbs)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of a name, or None."""
        if name not in self._verbs:
            return None
        command = importlib.import_module(f".{self._kind}_{name.replace('-', '_')}", __package__).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The names and what each is for, without importing them all."""
        with formatter.section("Verbs" if self._kind == "verb" else "Experiments"):
            formatter.write_dl(list(self._verbs.items()))
