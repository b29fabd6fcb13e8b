"""``mitchell sim-board``: a simulated board, for hosts to talk to."""

import dataclasses
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

import mitchell

from .common import board_options, console, json_option, percent, progress, seed_option

__all__ = ["command"]


def _may_be_made(link: Path) -> bool:
    """Whether nothing is there but a link to a terminal, which one that was killed has left behind."""
    if link.is_symlink():
        return os.readlink(link).startswith("/dev/")
    return not link.exists()


@contextmanager
def _linked(link: Path | None, port: str) -> Iterator[None]:
    """A symbolic link to ``port`` for as long as the body runs."""
    if link is None:
        yield
        return
    if link.is_symlink():
        link.unlink()
    link.symlink_to(port)
    try:
        yield
    finally:
        if link.is_symlink() and os.readlink(link) == port:
            link.unlink()


def _summary(traffic: Any) -> str:
    """What has happened, a line each for the two directions and the clock."""
    lines = []
    for name, line in (("to the board", traffic.to_board), ("to the host ", traffic.to_host)):
        flipped = percent(line.flipped / line.bits if line.bits else 0)
        lines.append(f"{name}  {line.bytes} bytes, {line.dropped} dropped; {line.flipped} bits flipped ({flipped})")
    speed = traffic.cycles / traffic.seconds / 1e6 if traffic.seconds else 0.0
    lines.append(f"clock         {traffic.cycles} cycles, {speed:.1f} million a second of processor time")
    return "\n".join(lines)


@click.command("sim-board")
@click.argument("board")
@board_options
@click.option(
    "--bit-errors",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    metavar="P",
    help="probability that a bit on the line is inverted",
)
@click.option(
    "--drops",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    metavar="P",
    help="probability that a byte on the line vanishes",
)
@seed_option
@click.option(
    "--link", type=click.Path(path_type=Path), help="make a symbolic link to the port, and remove it at the end"
)
@json_option
def command(
    board: str,
    operators: tuple[mitchell.Operator, ...],
    stages: int,
    clock: float | None,
    baud: int | None,
    bit_errors: float,
    drops: float,
    seed: int,
    link: Path | None,
    as_json: bool,
) -> None:
    """Simulate BOARD with operators behind its serial port, which is a pseudo-terminal, until Ctrl-C.

    It is the complete design of  mitchell build  but for the cells of the device. Whatever talks to the board talks to
    the pseudo-terminal, such as  mitchell host PORT identify.
    """
    from boards.simulated.board import simulated_board

    if link is not None and not _may_be_made(link):
        raise click.UsageError(f"--link: there is a {link} already, which is no link to a terminal")
    with progress(f"simulated {board}") as update:
        running = simulated_board(
            board,
            operators,
            stages=stages,
            clock=clock,
            baud=baud,
            bit_errors=bit_errors,
            drops=drops,
            seed=seed,
            progress=update,
        )
    with running, _linked(link, running.port), suppress(KeyboardInterrupt):
        port = str(link or running.port)
        if as_json:
            click.echo(json.dumps({"port": port, "baud": running.baud}))
        else:
            asking = f"mitchell host {port} identify" + f" --baud {running.baud}" * (running.baud != 1_000_000)
            names = ", ".join(operator.name for operator in operators)
            console.print(f"{board} with {names} at {port}, {running.baud} baud", soft_wrap=True)
            console.print(f"Talk to it with  {asking}  and the like; Ctrl-C ends it.", soft_wrap=True)
        running.wait()
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(running.traffic)))
    else:
        console.print(_summary(running.traffic), soft_wrap=True)
