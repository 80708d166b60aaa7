"""Tell somebody how a run went: by mail or a webhook, or through a command."""

from __future__ import annotations

import logging
import shlex
import socket
import subprocess
import sys
from collections.abc import Sequence

SECONDS = 60


def tell(lines: Sequence[str], target: str) -> bool:
    """Send a message, if there is something to tell and somebody to tell it to.

    Parameters
    ----------
    lines : sequence of str
        A line for each thing.
    target : str
        Addresses for apprise (``mailto://…``, ``https://…``), with spaces between them, or a
        command that is given the message. It may hold secrets: it is never shown.

    Returns
    -------
    bool
        False when it could not be sent; then one line on standard error says so.

    Examples
    --------
    >>> tell(["demo, 2020-Q4: published again"], "")
    True
    """
    if not (lines and target):
        return True
    title = f"Customer vision on {socket.gethostname()}"
    by = _by_address if "://" in target else _by_command
    try:
        fault = by(target, title, "\n".join(lines))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        fault = type(error).__name__  # what it says may quote the secret
    if fault:
        print(f"What came of the run could not be told, see CXLIB_TELL: {fault}", file=sys.stderr)
    return not fault


def _by_command(target: str, title: str, text: str) -> str:
    words = shlex.split(target)
    done = subprocess.run(
        words, input=f"{title}\n{text}\n", text=True, capture_output=True, timeout=SECONDS
    )
    return f"exit status {done.returncode}" if done.returncode else ""


def _by_address(target: str, title: str, text: str) -> str:
    try:
        import apprise
    except ImportError:
        return 'apprise is not installed: pip install "customer-vision[tell]"'
    logging.getLogger("apprise").disabled = True  # it quotes addresses
    sender = apprise.Apprise()
    if not all([sender.add(address) for address in target.split()]):
        return "an address that apprise does not know"
    return "" if sender.notify(body=text, title=title) else "not delivered"
