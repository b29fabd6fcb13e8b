"""What the command line drew, taken apart."""


def sheet(out):
    """Cells of a drawn table by their title; of two rows with one title, such as ``at``, the first."""
    found = {}
    for line in out.splitlines():
        if line.startswith("│"):
            title, *cells = (cell.strip() for cell in line.strip("│").split("│"))
            found.setdefault(title, cells)
    return found
