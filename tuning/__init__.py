"""Where the constants of the family ``tuned`` come from: ``python -m tuning`` finds them and writes them down anew.

    segment.py      mean, bias and extreme values of the relative error over a rectangle of mantissas, exactly
    constants.py    one constant for all mantissas: closed forms
    search.py       the best table of quantised constants for an objective
    tables.py       which tables the family has, and the file that holds them
"""
