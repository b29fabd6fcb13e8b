"""A board without the board: its complete top in Verilator, its serial pins on a pseudo-terminal."""
