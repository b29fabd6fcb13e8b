"""Circuits in Amaranth. This room imports ``pysoft`` and nothing above itself."""
