"""Where the weights of ``experiments/weights`` come from: torch scripts, one command each.

- ``python -m training.charlm gpt2``, ``linear``, ``gru``: character models of Python's language reference
- ``python -m training.digits gru``, ``linear``: classifiers of handwritten digits

They train in float32 on one thread, from a seed, round the weights to float16 once, measure the rounded weights with
the exact arithmetic, and write all of it to a safetensors file.
"""
