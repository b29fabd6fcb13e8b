"""Where the constants of the family ``tuned`` come from: ``python -m tuning`` finds them and writes them down anew.

- ``segment``: mean, bias and extremes of the relative error over a rectangle of mantissas
- ``constants``: one constant for all mantissas, in closed form
- ``search``: the best table of quantised constants for an objective
- ``split``: three short tables in place of one wide one
- ``tables``: which tables the family has, and the file that holds them
"""
