"""Messages reach a command or a webhook, and what they are sent with is shown to nobody."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from cxlib.run.telling import tell

LINES = ["demo, 2020-Q4: failed: 05_drivers, cell 7: ValueError", "demo: no new data for 95 days"]


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict]]]:
    """An address that takes messages, and what was sent there."""
    sent: list[dict] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Taking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://user:geheim@127.0.0.1:{server.server_port}/", sent
    server.shutdown()
    server.server_close()


def test_a_webhook_is_told(webhook: tuple[str, list[dict]]) -> None:
    address, sent = webhook
    assert tell(LINES, address)
    assert len(sent) == 1 and sent[0]["title"].startswith("Customer vision on ")
    assert sent[0]["message"] == "\n".join(LINES)


def test_a_command_is_told_without_a_shell(tmp_path: Path) -> None:
    place = tmp_path / "a message; touch x"
    assert tell(LINES, f"tee '{place}'")
    assert place.read_text().splitlines()[1:] == LINES
    assert [path.name for path in tmp_path.iterdir()] == [place.name]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("false --token=geheim", "exit status 1"),
        ("/nowhere/geheim", "FileNotFoundError"),
        ("sh 'geheim", "ValueError"),
        ("nonsense://geheim@example.nl", "an address that apprise does not know"),
        ("json://geheim@127.0.0.1:1/", "not delivered"),
    ],
)
def test_what_cannot_be_sent_is_one_line_without_the_secret(
    target: str, said: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert not tell(LINES, target)
    out, err = capfd.readouterr()
    assert err == f"What came of the run could not be told, see CXLIB_TELL: {said}\n" and not out
    assert "geheim" not in caplog.text


def test_nothing_to_tell_or_nobody_to_tell_is_no_failure() -> None:
    assert tell([], "false") and tell(LINES, "")
