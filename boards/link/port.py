"""A serial port for a connection, by pyserial."""

from contextlib import suppress
from typing import Any

from .errors import LinkError

__all__ = ["open_port"]

_POLL = 0.005  # seconds that a read waits at most, so that time-outs are noticed
_WRITE_TIMEOUT = 5.0  # seconds; a port that works takes a frame at the rate of its line


def open_port(port: str, *, baud: int) -> Any:
    """Open a port, for this process alone: 8 bits, no parity, 1 stop bit, no flow control.

    Parameters
    ----------
    port : str
        Such as ``/dev/ttyUSB1`` or ``COM4``, a pseudo-terminal, or a URL that pyserial knows.
    baud : int
        bit/s, from 1 on.

    Returns
    -------
    serial.Serial
        Reads wait a few milliseconds, writes until they are done.

    Raises
    ------
    ModuleNotFoundError
        If pyserial is not installed.
    TypeError, ValueError
        If ``port`` is no string, or ``baud`` is no rate that the port can have.
    LinkError
        If there is no such port, or it cannot be had; the message lists the ports that there are.
    """
    try:
        import serial
    except ModuleNotFoundError as error:
        message = "a serial port needs pyserial, which is not installed: run  pip install 'mitchell[host]'"
        raise ModuleNotFoundError(message, name=error.name) from None
    if not isinstance(port, str):
        raise TypeError(f"port must be a string such as '/dev/ttyUSB1', not {port!r}")
    if isinstance(baud, bool) or not isinstance(baud, int):
        raise TypeError(f"baud must be an integer, not {baud!r}")
    if baud < 1:
        raise ValueError(f"baud must be at least 1, not {baud}")
    try:
        opened = serial.serial_for_url(port, baudrate=baud, timeout=_POLL, write_timeout=_WRITE_TIMEOUT, exclusive=True)
    except OSError as error:  # SerialException is one
        raise LinkError(f"{_reason(port, error)}; the ports there are: {_ports()}") from error
    with suppress(AttributeError, NotImplementedError, OSError, ValueError):  # not every system and port has it
        opened.set_low_latency_mode(True)
    return opened


def _reason(port: str, error: OSError) -> str:
    """Why a port could not be opened. Not every system tells pyserial's errors apart by a number."""
    text = str(error)
    if "exclusively lock" in text:
        return f"port {port} is in use by another program"
    if isinstance(error.errno, int):
        kinds = {FileNotFoundError: "there is no port {}", PermissionError: "no permission to open port {}"}
        kind = type(OSError(error.errno, ""))
        if kind in kinds:
            return kinds[kind].format(port)
    return f"port {port} cannot be opened ({text})"


def _ports() -> str:
    from serial.tools import list_ports

    found = [f"{each.device} ({each.description})" for each in sorted(list_ports.comports())]
    return ", ".join(found) or "none"
