"""Heads of answers as no library would send them, each with an end; `{port}` is where a tripwire listens."""

from __future__ import annotations

OK = b"HTTP/1.1 200 OK\r\n"
GO = b"HTTP/1.1 302 Go\r\n"
END = b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
SCRIPT = b"<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"

HEADS = {
    "one header of a megabyte": OK + b"X-Long: " + b"a" * (1 << 20) + b"\r\n" + END,
    "ten thousand headers": OK + b"".join(b"X-%d: b\r\n" % n for n in range(10_000)) + END,
    "a hundred thousand headers": OK + b"X: b\r\n" * 100_000 + END,
    "a reason of a megabyte": b"HTTP/1.1 200 " + b"a" * (1 << 20) + b"\r\n" + END,
    "markup in the type": OK + b"Content-Type: text/html" + SCRIPT + b"\r\n" + END,
    "commands to a terminal": OK + b"Content-Type: \x1b]0;x\x07\x1b[31mred\x00\r\nServer: \x9b31m\r\n" + END,
    "letters beyond ASCII": OK + b"Content-Type: text/html; charset=\xff\xfe\r\nN\xe4me: \xe2\x80\xae\xff\r\n" + END,
    "the same name many times": OK + b"Content-Type: text/html\r\nContent-Type: image/png\r\nX: 1\r\nx: 2\r\n" + END,
    "two lengths": OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    "a length and chunks": OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "a length that is none": OK + b"Content-Length: -1\r\n\r\n{}",
    "no colon": OK + b"this is no header\r\n: nameless\r\n" + END,
    "folded lines": OK + b"X-Folded: a\r\n\tb\r\n c" + b"\r\n d" * 1000 + b"\r\n" + END,
    "a line break in the way, escaped": GO + b"Location: /next%0d%0aSet-Cookie:%20evil=1\r\n" + END,
    "a carriage return in the way": GO + b"Location: http://127.0.0.1:{port}/\rSet-Cookie: evil=1\r\n" + END,
    "a line feed in the way": GO + b"Location: http://127.0.0.1:{port}/\nSet-Cookie: evil=1\r\n" + END,
    "a folded way": GO + b"Location: http://127.0.0.1\r\n :{port}/\r\n" + END,
    "two ways": GO + b"Location: http://127.0.0.1:{port}/a\r\nLocation: http://127.0.0.1:{port}/b\r\n" + END,
    "a way beyond ASCII": GO + b"Location: /\xe2\x80\xae\xff\x1b[31m" + SCRIPT + b"\r\n" + END,
    "a way of a megabyte": GO + b"Location: /" + b"a" * (1 << 20) + b"\r\n" + END,
    "a NUL in the way": GO + b"Location: /\x00/../x\r\n" + END,
}
