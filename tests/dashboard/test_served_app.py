"""What a dashboard serves: its pages and the files that are there; it fetches none and deletes none."""

import asyncio

import pytest
from asgi import ended

pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from solara.server import kernel_context, settings
from starlette.responses import HTMLResponse

from dyadsim.dashboard import served_app
from dyadsim.dashboard.app import PAGES
from dyadsim.dashboard.keeping import scripts

HEADERS = [(b"host", b"localhost"), (b"origin", b"http://localhost")]


def asked(app, path, method="GET", kind="http", headers=HEADERS, query=b""):
    """Status of what is asked for (of a connection: the code by which it is closed), and what is sent."""
    sent = all_sent(app, path, method, kind, headers, query)
    return sent[0].get("status", sent[0].get("code")), b"".join(one.get("body", b"") for one in sent)


def answered(app, path):
    """Headers and text of a page."""
    sent = all_sent(app, path)
    assert sent[0]["status"] == 200
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}, sent[1]["body"]


def all_sent(app, path, method="GET", kind="http", headers=HEADERS, query=b""):
    """The messages by which it is answered."""
    scope = {
        "type": kind, "method": method, "path": path, "raw_path": path.encode(), "query_string": query,
        "headers": headers, "scheme": "http", "root_path": "", "server": ("localhost", 80),
    }  # fmt: skip
    sent, waiting = [], [{"type": "http.request" if kind == "http" else "websocket.connect"}]

    async def receive():
        return waiting.pop() if waiting else await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    ended(app(scope, receive, send))
    return sent


@pytest.fixture
def app(tmp_path, monkeypatch):
    """The application, with a folder of files of its own; asking another host fails the test."""
    (tmp_path / "cdn" / "vue@2" / "dist").mkdir(parents=True)
    (tmp_path / "cdn" / "vue@2" / "dist" / "vue.js").write_text("here")
    (tmp_path / "secret").write_text("secret")
    monkeypatch.setattr(settings.assets, "proxy_cache_dir", tmp_path / "cdn")
    monkeypatch.setattr("requests.get", lambda url: pytest.fail(f"{url} was asked for"))
    return served_app.application("127.0.0.1")


def test_a_file_that_is_there_is_served(app):
    assert asked(app, "/_solara/cdn/vue@2/dist/vue.js") == (200, b"here")
    assert asked(app, "/static/assets/custom.js")[0] == 200
    assert all(asked(app, path.partition("?")[0])[0] == 200 for path in scripts().values())
    assert asked(app, "/static/main-vuetify.js")[0] == 200
    assert asked(app, "/jupyter/nbextensions/jupyter-vue/nodeps.js")[0] == 200
    assert asked(app, "/readyz")[0] == 200
    assert asked(app, "/jupyter/api/kernels/x")[0] == 200  # else a page that lost its connection would give up


@pytest.mark.parametrize(
    "path",
    [
        "/_solara/cdn/vue@2/dist", "/_solara/cdn/vue@2/dist/", "/_solara/cdn/vue@2", "/_solara/cdn/", "/_solara/cdn",
        "/_solara/cdn/vue@2/dist/none.js", "/_solara/cdn/other@1/dist/x.js", "/_solara/cdn/../secret",
        "/_solara/cdn/vue@2/../../secret", "/_solara/cdn//secret", "/_solara/cdn/\0", "/_solara/cdn/" + "x" * 900,
        "/static/../server.py", "/static/assets/../../server.py", "/static/", "/static/public/x",
        "/jupyter/nbextensions/", "/jupyter/nbextensions/jupyter-vue/../x", "/jupyter/api/kernels", "/resourcez",
        "/_solara/api/evict/x", "/none", "/explore/none", "/_solara/auth/login", "//explore",
    ],
)  # fmt: skip
def test_nothing_else_is_served_fetched_or_deleted(app, path, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    for method in ("GET", "HEAD"):
        status, said = asked(app, path, method)
        assert status == 404
        assert b"secret" not in said
    assert sorted(tmp_path.rglob("*")) == before


def test_a_symbolic_link_does_not_lead_out_of_a_folder(app, tmp_path):
    (tmp_path / "cdn" / "link.js").symlink_to(tmp_path / "secret")
    assert asked(app, "/_solara/cdn/link.js")[0] == 404


def test_only_the_embedded_page_may_stand_in_a_frame(app, monkeypatch):
    async def root(request):
        return HTMLResponse("<!doctype html><html><head></head></html>")

    monkeypatch.setattr(served_app.solara_starlette, "root", root)
    for path in (*PAGES, "/explore/"):
        headers, body = answered(app, path)
        assert (headers["content-security-policy"], headers["x-frame-options"]) == ("frame-ancestors 'none'", "DENY")
        assert b"<script>" not in body
    for path in ("/embed", "/embed/"):
        headers, body = answered(app, path)
        assert not {"content-security-policy", "x-frame-options"} & {*headers}
        assert body.count(b"<head><script>") == 1  # stores, where the browser gives none
        assert int(headers["content-length"]) == len(body)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "ODD"])
def test_pages_and_files_are_only_read(app, method):
    for path in ("/", "/explore", "/_solara/cdn/vue@2/dist/vue.js", "/readyz"):
        assert asked(app, path, method)[0] == 405


class Tab:
    """What Solara keeps of a tab."""

    def __init__(self, session="me"):
        self.session_id, self.page_status, self.closed = session, {"page": None}, []

    def page_close(self, page):
        self.closed.append(page)


def test_a_tab_is_closed_by_its_page_and_one_that_is_not_there_is_no_failure(app, monkeypatch):
    tab = Tab()
    monkeypatch.setitem(kernel_context.contexts, "tab", tab)
    for path, query in [("tab", b""), ("tab", b"session_id=other"), ("other", b"session_id=page")]:
        assert asked(app, f"/_solara/api/close/{path}", "POST", query=query)[0] == 200
    assert tab.closed == []
    assert asked(app, "/_solara/api/close/tab", "POST", query=b"session_id=page")[0] == 200
    assert tab.closed == ["page"]


def connected(app, monkeypatch, tab, query=b"session_id=page"):
    """Whether a connection of a visitor called ``me`` gets through to Solara."""
    reached = []

    async def reach(socket):
        reached.append(socket)
        await socket.accept()

    monkeypatch.setattr(served_app.solara_starlette, "kernel_connection", reach)
    headers = [*HEADERS, (b"cookie", b"solara-session-id=me")]
    asked(app, f"/jupyter/api/kernels/{tab}/channels", kind="websocket", headers=headers, query=query)
    return bool(reached)


def test_a_server_keeps_so_many_tabs_and_no_more(app, monkeypatch):
    tabs = {str(number): Tab("me" if number < 29 else "somebody") for number in range(199)}
    monkeypatch.setattr(kernel_context, "contexts", tabs)
    assert connected(app, monkeypatch, "new")
    tabs["30th"] = Tab("me")
    assert not connected(app, monkeypatch, "new")  # the 31st of one visitor
    assert connected(app, monkeypatch, "30th")  # which comes back
    assert not connected(app, monkeypatch, "100")  # somebody's
    status, said = asked(app, "/explore")
    assert (status, said[:41]) == (503, b"This dashboard has all the visitors that ")


@pytest.mark.parametrize(("tab", "query"), [("a b", b"session_id=page"), ("x" * 65, b"session_id=p"), ("x", b"")])
def test_a_tab_has_a_name_as_browsers_choose_them(app, monkeypatch, tab, query):
    assert not connected(app, monkeypatch, tab, query)
