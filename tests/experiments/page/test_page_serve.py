"""The page on loopback: only the page, only to this machine, only from its own address."""

import http.client
import threading

import pytest

from tumbuh.experiments.page.serve import HOST, server


@pytest.fixture(scope="module")
def port():
    with server("<!doctype html><p>halaman</p>", 0) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running.server_port
        running.shutdown()
        thread.join()


def ask(port, method="GET", path="/", **headers):
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.putrequest(method, path, skip_host="Host" in named)
    for name, value in named.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, answer.headers


def test_the_page_is_given_with_its_headers(port):
    status, body, headers = ask(port)
    assert (status, body) == (200, b"<!doctype html><p>halaman</p>")
    assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in headers


def test_the_head_is_that_of_the_page(port):
    status, body, headers = ask(port, "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", "29")


def test_its_own_names_are_known(port):
    for name in ("127.0.0.1", "localhost"):
        host = f"{name}:{port}"
        assert ask(port, Host=host, Origin=f"http://{host}")[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "", "127.0.0.1.nip"])
def test_another_name_is_refused(port, host):
    assert ask(port, Host=host)[0] == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_another_site_is_refused(port, origin):
    assert ask(port, Origin=origin)[0] == 403
    assert ask(port, Sec_Fetch_Site="cross-site")[0] == 403


@pytest.mark.parametrize("path", ["/../etc/passwd", "/x", "/page/", "/?a=1", "/%2e%2e/a"])
def test_there_is_one_page(port, path):
    assert ask(port, path=path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_written(port, method):
    assert ask(port, method)[0] == 501


def test_only_this_machine_is_let_in():
    with server("", 0) as running:
        assert running.server_address[0] == "127.0.0.1"
