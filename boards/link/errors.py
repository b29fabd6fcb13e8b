"""What goes wrong between a host and a board, beyond what is sent again."""

__all__ = ["LinkError", "RefusedError"]


class LinkError(RuntimeError):
    """The board cannot be reached, or no longer; the message says what to check.

    Results that were not returned are not lost but unknown: a call can be made again, on a new connection if need be.
    """


class RefusedError(LinkError):
    """The board has received a request, and says that it is wrong."""
