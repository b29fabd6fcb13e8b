"""Where the constants of the family ``tuned`` come from: ``python -m tuning`` finds them and writes them down anew.

- ``segment``: mean, bias and extremes of the relative error over a rectangle of mantissas
- ``constants``: one constant for all mantissas, in closed form
- ``search``: the best table of quantised constants for an objective
- ``split``: three short tables in place of one wide one
- ``tables``: which tables the family has, and the file that holds them
- ``float_constants``: constants of floats, in whole last places of each format
- ``carry_in``, ``chain``: carry-ins of 8-bit floats, by exhaustive search over circuits of gates
- ``float_tables``: the file that holds those of floats
"""
