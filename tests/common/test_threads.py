"""Threads on parts of a whole: results in order, news in the thread that waits, and one end for all."""

import threading

import pytest

from dyadsim.common.threads import in_threads, while_others_go_on


@pytest.mark.parametrize("by_turns", [False, True])
@pytest.mark.parametrize("parts", [1, 2, 5])
def test_results_come_in_order_and_every_step_is_told_to_whoever_waits(parts, by_turns):
    told = []

    def work(part, step):
        for _ in range(3):
            step()
        return part * part

    found = in_threads(work, range(parts), lambda: told.append(threading.get_ident()), by_turns)
    assert found == [part * part for part in range(parts)]
    assert told == [threading.get_ident()] * 3 * parts


def test_by_turns_half_of_the_threads_do_what_is_not_compiled():
    """Each says that it is there and leaves its turn, until all four are there; never more than two have a turn."""
    lock, having, most, together = threading.Lock(), [0], [0], threading.Barrier(4, timeout=20)

    def work(part, step):
        for _ in range(3):
            with lock:
                having[0] += 1
                most[0] = max(most[0], having[0])
            step()
            with lock:
                having[0] -= 1
            with while_others_go_on():
                together.wait()
        return part

    assert in_threads(work, range(4), None, by_turns=True) == [0, 1, 2, 3]
    assert 1 <= most[0] <= 2


def test_what_stops_one_stops_the_others_at_their_next_step():
    gone_on, steps = threading.Event(), []

    def work(part, step):
        if part == 1:
            raise KeyError("no such thing")
        gone_on.set()
        while True:  # ends for the other's sake alone
            step()
            steps.append(part)

    with pytest.raises(KeyError, match="no such thing"):
        in_threads(work, range(3), lambda: None)
    assert gone_on.is_set()


def test_who_is_told_can_stop_the_whole():
    def work(part, step):
        while True:
            step()

    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_threads(work, range(2), stop)
