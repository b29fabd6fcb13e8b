"""Amaranth's Gowin platforms with the nextpnr of today."""

from .flow import GOWIN

__all__ = ["himbaechel"]


def himbaechel(platform: type) -> type:
    """A Gowin platform that calls nextpnr by its present name; Amaranth 0.5 knows the previous one alone."""

    class Himbaechel(platform):
        required_tools = tuple(GOWIN.tools)

        @property
        def command_templates(self):
            renamed = {"nextpnr-gowin": "nextpnr-himbaechel", "--family ": "--vopt family=", "--cst ": "--vopt cst="}
            templates = super().command_templates
            for old, new in renamed.items():
                templates = [template.replace(old, new) for template in templates]
            return templates

    return Himbaechel
