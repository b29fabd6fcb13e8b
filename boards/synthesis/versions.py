"""Versions of what a report was made with."""

import importlib.metadata

__all__ = ["tool_versions"]


def tool_versions(**tools: str) -> dict[str, str]:
    """Amaranth's version, and behind it those of ``tools``, by their names."""
    return {"amaranth": importlib.metadata.version("amaranth")} | tools
