"""Synthesis targets, place-and-route, and boards. This room imports ``pysoft`` and ``rtl`` and nothing above itself."""
