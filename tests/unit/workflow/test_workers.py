import threading

import numpy as np
import pytest

from atlas.errors import AnalysisError, BadParameter
from atlas.workflow.workers import Workers, mapper_of


def test_threads_give_blocks_in_order():
    last_first = threading.Event()

    def wait(block):
        if block == 0:
            assert last_first.wait(20)
        else:
            last_first.set()
        return {"block": np.array(block), "thread": np.array(threading.get_ident())}

    with mapper_of(Workers(threads=2)) as mapper:
        found = list(mapper(wait, [0, 1]))
    assert [int(one["block"]) for one in found] == [0, 1]
    assert found[0]["thread"] != found[1]["thread"]


def test_one_thread_is_this_one():
    with mapper_of(Workers(threads=1)) as mapper:
        (found,) = mapper(lambda block: {"thread": np.array(threading.get_ident())}, [0])
    assert found["thread"] == threading.get_ident()


def test_an_error_stops_the_others():
    done = []

    def fail(block):
        if block == 0:
            raise BadParameter("no")
        done.append(block)
        return {}

    with pytest.raises(BadParameter), mapper_of(Workers(threads=2)) as mapper:
        list(mapper(fail, range(10_000)))
    assert len(done) < 10_000


def test_bad_workers():
    with pytest.raises(BadParameter, match="threads is 0"):
        Workers(threads=0)
    with pytest.raises(BadParameter, match="threads is '4'"):
        Workers(threads="4")
    with pytest.raises(BadParameter, match="dask is 8786"):
        Workers(dask=8786)
    with pytest.raises(BadParameter, match=r"^workers is 4\. Give .*Workers\(threads=4\)"), mapper_of(4):
        pass
    with pytest.raises(BadParameter, match="not both"):
        Workers(threads=2, dask="tcp://127.0.0.1:8786")
    with (
        pytest.raises(AnalysisError, match=r"no Dask scheduler at 'tcp://127.0.0.1:9'"),
        mapper_of(Workers(dask="tcp://127.0.0.1:9")),
    ):
        pass
    with pytest.raises(AnalysisError, match="no Dask scheduler at 'nonsense'"), mapper_of(Workers(dask="nonsense")):
        pass
