"""Attention of transformers on an arithmetic of one's choice: by softmax, by a polynomial, and linear in the length."""
