"""Bit-exact software: number formats, operators, their NumPy models and their errors.

This room needs NumPy alone and never imports an HDL package.
"""
