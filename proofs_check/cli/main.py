"""The entry point: finds the command, and turns every unusable request into one line and exit status 2.

Exit status: 0 all as expected; 1 the mathematics says no; 2 the request was unusable; 130 stopped by Ctrl-C. Commands
are imported when they are called, so that ``hessproof --help`` answers at once.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

import click

from hessproof.proofs_check.resuming.interrupt import Interrupted
from hessproof.symbolic.errors import UnusableRequest

COMMANDS = {
    "verify": "Check claims and compare the verdicts with the ledger.",
    "claims": "List all claims with the ledger's verdicts.",
    "explain": "Show one claim: source, statement, derivation, checks.",
    "conjecture": "Look for the smallest counterexample to a formula of your own.",
    "certify": "Write a small file that proves the rank of a network's Hessian.",
    "check": "Check such files with a checker that shares no code with what wrote them.",
    "rank": "Measure the ranks of one network's Hessian.",
    "spectrum": "Show the eigenvalues of one network's Hessian, or of a random model of it.",
    "bound": "Bound the norm of one network's Hessian, and say how many samples are enough.",
    "campaign": "Certify or measure whole ranges of architectures into an SQLite file.",
    "reproduce": "Redo a figure of a paper on the digits or on your data.",
}
INTERRUPTED = 130
BROKEN_PIPE = 141


class _Stopped(Exception):
    """Ctrl-C, under a name that click does not handle in its own way."""


class _NoReader(Exception):
    """Nobody reads the output any more, under a name that click does not handle in its own way."""


class _Commands(click.Group):
    """A group whose commands live in modules of their own, imported on demand."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Interrupted as stopped:
            raise _Stopped(str(stopped)) from None
        except KeyboardInterrupt as stopped:
            raise _Stopped(f"{str(stopped) or 'stopped'}; nothing was written") from None
        except BrokenPipeError:
            raise _NoReader from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"hessproof.proofs_check.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from hessproof.proofs_check.selection import one_of

            one_of("command", name, list(COMMANDS), "see hessproof --help")
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=False)
@click.version_option(package_name="hessproof", message="hessproof %(version)s")
def cli() -> None:
    """Referee mathematical claims about the Hessians of neural networks.

    A claim is derived for symbolic sizes, tested exactly on generated architectures, tested again on other engines,
    and ends in a verdict that is computed from the evidence: proved, certified, corroborated, refuted, undecided,
    vacuous or not checked.

    Exit status: 0 if all is as expected, 1 if the mathematics says no, 2 if the request was unusable.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit.

    Args:
        arguments: Words after ``hessproof``; those of the process if None.

    Raises:
        SystemExit: Always, with the exit status.
    """
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        outcome: Any = cli.main(args=words, prog_name="hessproof", standalone_mode=False)
        sys.stdout.flush()
        return outcome if isinstance(outcome, int) else 0
    except UnusableRequest as error:
        return _refuse(str(error))
    except click.NoSuchOption as error:
        guesses = " or ".join(sorted(error.possibilities or ()))
        remedy = f"did you mean {guesses}?" if guesses else f"see {_place(error, words)} --help"
        return _refuse(f"option {error.option_name!r}: expected an option of {_place(error, words)}; {remedy}")
    except click.UsageError as error:
        return _refuse(f"{error.format_message().rstrip('.')}; see {_place(error, words)} --help")
    except click.ClickException as error:
        return _refuse(error.format_message())
    except MemoryError:
        return _refuse("memory: expected more than there is; choose a smaller network, or give --jobs 1")
    except _Stopped as stopped:
        print(f"hessproof: {stopped}", file=sys.stderr)
        return INTERRUPTED
    except (_NoReader, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE


def terminate_like_interrupt() -> None:
    """Let a request to terminate stop the run as Ctrl-C does, so that it cleans up behind itself."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


def _place(error: click.UsageError, words: Sequence[str]) -> str:
    """The command whose help says more."""
    if error.ctx is not None:
        return error.ctx.command_path
    return " ".join(["hessproof", *(word for word in words[:1] if word in COMMANDS)])


def _refuse(message: str) -> int:
    print(f"hessproof: {' '.join(message.split())}", file=sys.stderr)
    return 2
