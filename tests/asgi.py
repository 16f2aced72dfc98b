"""Coroutines of a server, run to their end by tests."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def ended(coroutine):
    """What a coroutine gives, run in a thread of its own: where a browser is driven, this one has a loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
