"""JSON of results as text, and text as bytes."""

from __future__ import annotations

import json
import math
from typing import Any

__all__ = ["json_text", "utf8"]


def json_text(content: Any, escaped: bool = False) -> str:
    """Content as JSON without NaN: what is not known is null. ``escaped``: in ASCII alone."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): plain(entry) for key, entry in value.items()}
        if isinstance(value, list | tuple):
            return [plain(entry) for entry in value]
        value = value.item() if hasattr(value, "item") else value
        return None if isinstance(value, float) and not math.isfinite(value) else value

    return json.dumps(plain(content), indent=2, ensure_ascii=escaped)


def utf8(text: str) -> bytes:
    """Bytes of a text; what no text can hold, as in names of files that are of another encoding, is spelled out."""
    return text.encode("utf-8", "backslashreplace")
