"""The command line: one module per verb, imported when the verb is used."""

import os
import signal
import sys
import threading
import warnings

import click

from .verbs import Verbs

__all__ = ["main"]

VERBS = {
    "list": "families, formats, boards, and what is installed",
    "eval": "one result, with the exact one and the error beside it",
    "errors": "error table, measured beside proved",
    "generate": "write the Verilog of an operator",
    "sim": "simulate the generated Verilog against the model",
    "prove": "prove the netlist equal to its specification, and the bound",
    "mutate": "break the netlist in many places; does the bench notice?",
    "synth": "synthesize, place and route; compare cells and clock",
    "build": "build a board's bitstream",
    "sim-board": "simulate a board, for hosts to talk to",
    "host": "compute on a board that is plugged in, test it, and time it",
    "run": "what networks do on an arithmetic: accuracy, perplexity, drift",
    "demo": "all of it once, on one operator",
}

# The extra that has all a verb needs, where it needs one.
EXTRAS = {
    "errors": "plot",
    "generate": "hdl",
    "sim": "sim",
    "prove": "formal",
    "mutate": "formal",
    "synth": "boards",
    "build": "boards",
    "sim-board": "boards,sim",
    "host": "host",
    "run": "models",
    "demo": "all",
}


ROOMS = (
    "boards",
    "experiments",
    "formal",
    "mitchell",
    "pysoft",
    "rtl",
    "sim",
)  # a module of ours that is missing is a bug


@click.group(
    cls=Verbs,
    kind="verb",
    verbs=VERBS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="mitchell")
def _group() -> None:
    """John Mitchell's logarithmic arithmetic, from a formula to silicon.

    Operators are called <operation>-<format>-<family>, such as mul-u16-mitchell or div-s13-mitchell-f4.
    """


def main() -> None:
    """Run the command line. Bad input is one line on standard error and exit status 2; a failed check is status 1."""
    warnings.showwarning = lambda message, *_: click.echo(f"warning: {message}", err=True)
    sys.unraisablehook = _unraisable
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that whatever was begun is cleaned up
    try:
        status = _group(standalone_mode=False)
    except click.exceptions.Abort:
        _fail("interrupted", 130)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "mitchell"
        _fail(f"{error.format_message()}  (see {path} --help)", error.exit_code)
    except ModuleNotFoundError as error:
        verb = next((word for word in sys.argv[1:] if word in EXTRAS), None)
        if verb is None or (error.name or "").partition(".")[0] in ROOMS:
            raise
        missing = f"{verb} needs {error.name}, which is not installed"
        _fail(f"{missing}: run  pip install 'mitchell[{EXTRAS[verb]}]'", 2)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error), 2)
    except (ValueError, TypeError) as error:
        _fail(str(error), 2)
    except RuntimeError as error:  # a tool is missing, or failed
        _fail(str(error), 1)
    else:
        sys.exit(status if isinstance(status, int) else 0)


def _unraisable(what: "sys.UnraisableHookArgs") -> None:
    """Python drops what is raised in a destructor, of which z3 has many: Ctrl-C is not to be lost there."""
    if issubclass(what.exc_type, KeyboardInterrupt):
        threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGINT)).start()  # again, behind the destructor
    else:
        sys.__unraisablehook__(what)


def _fail(message: str, status: int) -> None:
    click.echo(f"error: {message}", err=True)
    sys.exit(status)
