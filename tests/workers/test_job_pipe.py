"""Messages between the server and its workers, and values that the server does not open."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pytest
from numpy.typing import NDArray

from palette_engine.workers import job_pipe
from palette_engine.workers.pickled import Pickled, outside


def numbers() -> NDArray[np.int64]:
    return np.arange(1000, dtype=np.int64)


def sent(*values: object) -> io.BytesIO:
    """Return a stream from which some values can be received."""
    stream = io.BytesIO()
    for value in values:
        job_pipe.send(stream, Pickled.of(value))
    stream.seek(0)
    return stream


def test_values_arrive_as_they_were_and_in_order() -> None:
    stream = sent({"a": numbers()}, "b", outside(bytearray(b"c")))
    assert np.array_equal(job_pipe.receive(stream).value()["a"], numbers())
    assert job_pipe.receive(stream).value() == "b"
    file = job_pipe.receive(stream).value()
    assert isinstance(file, bytearray)
    assert file == b"c"
    with pytest.raises(EOFError):
        job_pipe.receive(stream)


def test_a_message_that_is_cut_anywhere_is_the_end() -> None:
    whole = sent({"a": numbers()}).getvalue()
    for length in (*range(200), len(whole) - 8000, len(whole) - 1):
        with pytest.raises(EOFError):
            job_pipe.receive(io.BytesIO(whole[:length]))


def test_arrays_and_files_are_not_copied_into_the_pickle() -> None:
    packed = Pickled.of({"file": outside(bytearray(10**6)), "array": numbers()})
    assert len(packed.data) < 1000
    assert len(packed) == len(packed.data) + 10**6 + numbers().nbytes


def test_what_is_received_stays_where_it_was_read_to() -> None:
    packed = job_pipe.receive(sent(numbers()))
    array = packed.value()
    array[0] = 7
    assert packed.value()[0] == 7


def test_what_the_server_keeps_can_be_sent_on() -> None:
    kept = job_pipe.receive(sent(Pickled.of(numbers()))).value()
    again = job_pipe.receive(sent((kept, 1)))
    assert len(again.data) < 1000
    assert np.array_equal(again.value()[0].value(), numbers())


@pytest.mark.parametrize("protocol", [2, pickle.DEFAULT_PROTOCOL, 5])
def test_it_can_be_pickled_with_any_protocol(protocol: int) -> None:
    again = pickle.loads(pickle.dumps(Pickled.of(numbers()), protocol))
    assert np.array_equal(again.value(), numbers())
