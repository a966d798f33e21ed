"""Ways to write an address that leads inside; `{port}` is where a tripwire listens."""

from __future__ import annotations

INSIDE = (
    "http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "http://localhost:{port}/", "http://LOCALHOST.:{port}/",
    "http://127.1:{port}/", "http://127.0.1:{port}/", "http://2130706433:{port}/", "http://0x7f.1:{port}/",
    "http://0x7f000001:{port}/", "http://0177.0.0.1:{port}/", "http://0:{port}/", "http://0.0.0.0:{port}/",
    "http://①②⑦.0.0.1:{port}/", "http://127。0。0。1:{port}/", "http://127.0.0.1.:{port}/", "http://[::1]:{port}/",
    "http://[::]:{port}/", "http://[::ffff:7f00:1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::127.0.0.1]:{port}/", "http://[64:ff9b::7f00:1]:{port}/", "http://[2002:7f00:1::]:{port}/",
    "http://user@127.0.0.1:{port}/", "http://brand.test@127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@brand.test/",
    "http://127.0.0%2e1:{port}/", "http://127.0.0.1\t:{port}/", "//127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/", "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "http://100.64.0.1/",
    "http://168.63.129.16/", "http://[fd00:ec2::254]/", "http://224.0.0.1/", "file:///etc/hostname", "data:,x",
)  # fmt: skip
