"""The serial link between a board and a host: its frames, both of its ends, and what the two say to each other."""
