"""What a page may be held in: ``/embed`` in a page of any other site, and no other page in any frame.

A browser gives a page in another site's frame no cookie and no store of its own, at least to those who forbid it; then
Solara's scripts would fail at the first look into it. They get one that lasts as long as the page.
"""

from __future__ import annotations

from starlette.responses import Response

__all__ = ["framed", "unframed"]

_IN_NO_FRAME = {"Content-Security-Policy": "frame-ancestors 'none'", "X-Frame-Options": "DENY"}
_HEAD = b"<head>"
_OWN_STORES = b"""<script>
for (const name of ["localStorage", "sessionStorage"]) {
  try { window[name].length; } catch (denied) {
    const kept = new Map();
    Object.defineProperty(window, name, { value: {
      getItem: (key) => (kept.has(key) ? kept.get(key) : null),
      setItem: (key, value) => { kept.set(key, String(value)); },
      removeItem: (key) => { kept.delete(key); },
      clear: () => { kept.clear(); },
    } });
  }
}
</script>"""


def framed(page: Response) -> Response:
    """The page as it works in a page of another site."""
    page.body = bytes(page.body).replace(_HEAD, _HEAD + _OWN_STORES, 1)
    page.headers["Content-Length"] = str(len(page.body))
    return page


def unframed(page: Response) -> Response:
    """The page as no frame shows it, so that nobody is made to press what they do not see."""
    page.headers.update(_IN_NO_FRAME)
    return page
