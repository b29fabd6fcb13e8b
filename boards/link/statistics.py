"""What has happened on a connection so far."""

from dataclasses import dataclass

__all__ = ["Statistics"]


@dataclass(frozen=True)
class Statistics:
    """Counts since a connection was made.

    Parameters
    ----------
    sent : int
        Frames sent, those that were sent again too.
    resent : int
        Frames sent again.
    answered : int
        Requests that were answered.
    stale : int
        Frames that nobody waited for: answers that came twice, or too late.
    damaged : int
        What came between two flags and was no frame.
    silences : int
        How often nothing came for so long that everything unanswered was sent again.
    bytes_sent, bytes_received : int
        On the line, with flags, escapes and what was damaged.
    """

    sent: int = 0
    resent: int = 0
    answered: int = 0
    stale: int = 0
    damaged: int = 0
    silences: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
