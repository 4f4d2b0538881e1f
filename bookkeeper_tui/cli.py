"""The command line: with no verb it opens the console; a verb does one thing on the server and says what it did.

Exit 0: done. 1: a check failed. 2: bad usage or input, said in one sentence on standard error. 130: stopped by Ctrl-C.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from bookkeeper_tui.errors import BookkeeperError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    try:
        words = sys.argv[1:] if argv is None else argv
        _need_outputs()
        arguments = _parser(words).parse_args(words, argparse.Namespace(store=None, keys=None))
        return _run(arguments)
    except BookkeeperError as error:
        _say(f"bookkeeper: {error}")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("bookkeeper: stopped", file=sys.stderr)
        return 130
    except OSError as error:
        _say(f"bookkeeper: {_about(error)}")
        return 2


def _say(sentence: str) -> None:
    """On standard error; whatever the sentence names, the terminal obeys none of it."""
    from bookkeeper_tui.formats import harmless

    print(harmless(sentence), file=sys.stderr)


def _need_outputs() -> None:
    """A standard output or error that was closed (`>&-`) takes what is written and loses it."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def _run(arguments: argparse.Namespace) -> int:
    """Run the verb. What SQLite says in the middle of it, such as of a damaged page, becomes a sentence as well."""
    try:
        return int(arguments.run(arguments))
    except (BookkeeperError, OSError):
        raise
    except Exception as error:
        from bookkeeper_tui.directories import store_directory
        from bookkeeper_tui.errors import StoreUnusable
        from bookkeeper_tui.store.engine.mishaps import sentence_of
        from bookkeeper_tui.store.opening import DATABASE

        if sentence := sentence_of(error, store_directory(arguments) / DATABASE):
            raise StoreUnusable(sentence) from error
        raise


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        _say(f"{self.prog}: {message}; see {self.prog} --help")
        sys.exit(2)


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    from bookkeeper_tui import __version__

    places = argparse.ArgumentParser(add_help=False)
    places.add_argument("--store", metavar="DIR", default=argparse.SUPPRESS, help="the store's directory")
    places.add_argument("--keys", metavar="DIR", default=argparse.SUPPRESS, help="the directory of its keys")
    parser = _Parser(prog="bookkeeper", description="The cashier's console. With no verb it opens.", parents=[places])
    parser.add_argument("--version", action="version", version=f"bookkeeper {__version__}")
    parser.set_defaults(run=_open_console)
    # The verbs are read only where there is one: a console has no time for them.
    if places.parse_known_args(words)[1]:
        from bookkeeper_tui.verbs import add_verbs

        verbs = parser.add_subparsers(metavar="VERB", parser_class=_Parser)
        add_verbs(verbs, places)
    return parser


def _open_console(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.console import open_console
    from bookkeeper_tui.directories import keys_directory, store_directory

    return open_console(store_directory(arguments), keys_directory(arguments))


def _about(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
