"""Language models on an arithmetic of one's choice: GPT-2, its tokens, what it continues a text with, and measures."""
