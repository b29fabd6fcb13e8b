"""Computing on a board: operators in hardware with the call of their models, over a serial port.

Connecting needs the extra ``host``, and a board with a bitstream of ``mitchell build``, or ``mitchell sim-board``.
"""

from boards.link.device import Device, connect
from boards.link.errors import LinkError, RefusedError
from boards.link.protocol import Identification
from boards.link.remote_operator import RemoteOperator
from boards.link.statistics import Statistics

__all__ = ["Device", "Identification", "LinkError", "RefusedError", "RemoteOperator", "Statistics", "connect"]
