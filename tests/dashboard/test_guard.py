"""What is refused before Solara sees it: hosts, origins, sizes, and messages that no page sends."""

import json

import pytest
from asgi import ended

pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dyadsim.dashboard.guard import LARGEST, Guard, host_of, is_message

HERE = "localhost:8765"


async def inner(scope, receive, send):
    """The application behind: it tells what headers and what messages reach it."""
    if scope["type"] == "http":
        said = json.dumps([[name.decode(), value.decode()] for name, value in scope["headers"]]).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": said})
    else:
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send(message)
        await send({"type": "websocket.close", "code": message["code"]})


def asked(*messages, listens="127.0.0.1", public="", kind="http", method="GET", path="/", query="", host=HERE, **more):
    """What is sent to somebody who asks."""
    hosts = [host] if isinstance(host, str) else host
    headers = [(b"host", one.encode()) for one in hosts]
    headers += [(name.replace("_", "-").encode(), value.encode()) for name, value in more.items()]
    scope = {
        "type": kind, "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": headers,
    }  # fmt: skip
    waiting, sent = [*messages], []

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    ended(Guard(inner, listens, public)(scope, receive, send))
    return sent


def status(**how):
    return asked(**how)[0]["status"]


def connects(**how):
    gone = {"type": "websocket.disconnect", "code": 1005}
    return asked({"type": "websocket.connect"}, gone, kind="websocket", **how)[0]["type"] == "websocket.accept"


@pytest.mark.parametrize(
    ("host", "origin", "public", "may"),
    [
        (HERE, f"http://{HERE}", "", True),
        (HERE, f"HTTP://{HERE.upper()}", "", True),
        ("localhost", "http://localhost:80", "", True),
        ("localhost:443", "https://localhost", "", True),
        ("[::1]:8765", "http://[::1]:8765", "", True),
        (HERE, "http://localhost:8766", "", False),
        (HERE, "http://127.0.0.1:8765", "", False),
        (HERE, "http://evil.org", "", False),
        (HERE, f"http://{HERE}.evil.org", "", False),
        (HERE, f"http://{HERE}@evil.org", "", False),
        (HERE, f"http://evil.org@{HERE}", "", False),
        (HERE, f"ftp://{HERE}", "", False),
        (HERE, "null", "", False),
        (HERE, "", "", False),
        (HERE, None, "", False),
        (HERE, "https://lab.org", "https://lab.org/dyads/", True),  # a proxy that does not pass on the host
        ("lab.org", "https://lab.org", "https://lab.org/dyads/", True),  # one that does
        (HERE, "https://evil.org", "https://lab.org/dyads/", False),
    ],
)
def test_only_pages_of_the_host_served_may_connect_or_change_anything(host, origin, public, may):
    said = {} if origin is None else {"origin": origin}
    assert connects(host=host, public=public, **said) is may
    assert status(method="POST", host=host, public=public, **said) == (200 if may else 403)
    assert status(host=host, public=public, **said) == 200  # reading changes nothing


@pytest.mark.parametrize(
    ("host", "listens", "found"),
    [
        ("lab.localhost:1", "127.0.0.1", 200),
        ("192.168.1.5:1", "127.0.0.1", 200),
        ("evil.org", "127.0.0.1", 400),  # whose owner lets it point to this machine
        ("evil.org:8765", "::1", 400),
        ("lab.org:8765", "0.0.0.0", 200),
        ("", "0.0.0.0", 400),
        ("a/../b", "0.0.0.0", 400),
        ([], "0.0.0.0", 400),
        ([HERE, HERE], "0.0.0.0", 400),
    ],
)
def test_a_dashboard_on_this_machine_alone_has_only_this_machines_names(host, listens, found):
    assert status(host=host, listens=listens) == found
    origin = f"http://{host}" if isinstance(host, str) else f"http://{HERE}"
    assert connects(host=host, listens=listens, origin=origin) is (found == 200)


def test_the_public_address_is_taken_from_solaras_own_setting(monkeypatch):
    monkeypatch.setenv("SOLARA_BASE_URL", "https://lab.org/dyads/")
    assert status(public=None, host="lab.org") == 200
    assert status(public=None, host="evil.org") == 400
    assert host_of("https://lab.org:443/x") == "lab.org"
    assert host_of("http://[::1") == ""


def test_an_address_that_is_too_long_is_refused():
    assert status(path="/" + "x" * 1_023, query="y" * 16_384) == 200
    assert status(path="/" + "x" * 1_024) == 414
    assert status(query="y" * 16_385) == 414


def test_a_visitor_does_not_say_where_everybodys_files_lie():
    said = asked(script_name="//evil.org", x_script_name="//evil.org", x_forwarded_host="evil.org", accept="x")
    assert json.loads(said[1]["body"]) == [["host", HERE], ["accept", "x"]]


def message(kind="comm_msg", **content):
    return json.dumps({"header": {"msg_type": kind}, "channel": "shell", "content": content})


def told(data):
    return message(comm_id="x", data=data)


SENT = [
    message("kernel_info_request"),
    message("shutdown_request"),
    message("comm_open", comm_id="x", target_name="solara.control", data={}),
    message("comm_open", comm_id="x", target_name="jupyter.widget.control", data={}),
    message("comm_close", comm_id="x", data={}),
    told({"method": "run", "args": {"path": "/explore?name=x"}}),
    told({"method": "app-status"}),
    told({"method": "request_states"}),
    told({"method": "update", "state": {"value": 1}, "buffer_paths": []}),
    told({"method": "custom", "content": {"event": "changed", "data": {"key": "x"}}}),
    told({"method": "custom", "content": {"event": "cancel"}}),
]
OTHERS = [
    None, b"\x7f\xff\xff\xff", "", "x", "[]", "1", "null", "{}", "[" * 100_000, '{"header": ' * 5_000,
    message("execute_request", code="1"),
    message("comm_open", comm_id="x", target_name="jupyter.widget", data={"state": {}}),
    message("comm_open", comm_id="x", target_name="solara.control"),
    message("comm_open", comm_id=[], target_name="solara.control", data={}),
    message("comm_msg", comm_id="x", data=[]),
    told({"method": "evict"}),
    told({"method": "reload"}),
    told({"method": ["run"]}),
    told({"method": "run", "args": {"path": 5}}),
    told({"method": "run", "args": []}),
    told({"method": "run", "args": {"path": "x" * 20_000}}),
    told({"method": "custom", "content": {"create_widget": ["shutil", "rmtree"], "props": {}, "id": "x"}}),
    told({"method": "custom", "content": {"update_ref": {}, "id": "x", "prop": "y"}}),
    told({"method": "custom", "content": {"event": "changed", "create_widget": ["os", "system"]}}),
    told({"method": "custom", "content": {"event": 5}}),
    told({"method": "custom", "content": "changed"}),
    told({"method": "update", "state": {"value": "x" * LARGEST}}),
    message("kernel_info_request").replace("shell", "control"),
]  # fmt: skip


@pytest.mark.parametrize("text", SENT)
def test_what_pages_send_goes_through(text):
    assert is_message(text)


@pytest.mark.parametrize("text", OTHERS, ids=range(len(OTHERS)))
def test_what_no_page_sends_is_none_and_ends_the_connection_before_it_is_read(text):
    assert not is_message(text)
    words = {"bytes": text} if isinstance(text, bytes) else {"text": text}
    first, second = {"type": "websocket.receive", "text": SENT[0]}, {"type": "websocket.receive", **words}
    sent = asked({"type": "websocket.connect"}, first, second, kind="websocket", origin=f"http://{HERE}")
    assert sent == [{"type": "websocket.accept"}, first, {"type": "websocket.close", "code": 1008}]
