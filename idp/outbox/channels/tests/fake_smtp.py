"""A mail server on this machine that behaves well or badly, and remembers what it was told."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

# The answer of a server that says line after line, each before any single wait would end.
SLOWLY = "slowly"


@dataclass(slots=True)
class MailServer:
    """The running server. `answers` replaces what it says to a command: {"RCPT": "550 no such user"}."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    # Seconds' worth of patience is the test's; this is how a server that hangs hangs.
    silent: threading.Event = field(default_factory=threading.Event)

    def says(self, command: str, usual: str) -> bytes:
        """Its answer to a command."""
        return f"{self.answers.get(command, usual)}\r\n".encode()


class _Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    server: Any

    def handle(self) -> None:
        """Answer each line until the other side leaves."""
        mail: MailServer = self.server.mail
        if mail.silent.is_set():
            self.rfile.readline()
            return
        with suppress(OSError):
            self.wfile.write(mail.says("", "220 fake"))
            while line := self.rfile.readline().decode():
                command = line.split(" ")[0].strip().upper()[:4]
                mail.commands.append(line.strip())
                if command == "DATA" and "DATA" not in mail.answers:
                    self.wfile.write(b"354 go on\r\n")
                    self._take(mail)
                elif mail.answers.get(command) == SLOWLY:
                    for _line in range(20):
                        self.wfile.write(b"250-and\r\n")
                        time.sleep(0.1)
                    self.wfile.write(b"250 fine\r\n")
                else:
                    self.wfile.write(mail.says(command, "250 fine"))
                if command == "QUIT":
                    return

    def _take(self, mail: MailServer) -> None:
        text = ""
        while (line := self.rfile.readline().decode()) not in {".\r\n", ""}:
            text += line
        answer = mail.answers.get("BODY", "250 taken")
        if answer.startswith("250"):
            mail.mails.append(text)
        self.wfile.write(f"{answer}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    mail: MailServer


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    """Until the block ends."""
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.mail = MailServer(port=server.server_address[1])
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server.mail
        finally:
            server.shutdown()
