import threading

import numpy as np
import pytest
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_info, threadpool_limits

from atlas.analysis.threads import one_thread


def n_threads(api):
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == api}


@pytest.fixture
def _two():
    KMeans(1).fit(np.ones((2, 1)))  # loads what k-means sums by
    with threadpool_limits(2):
        yield


@pytest.mark.usefixtures("_two")
def test_one_that_overlaps_another_lasts():
    first_in, second_in, first_out = (threading.Event() for _ in range(3))
    seen = []

    def first():
        with one_thread():
            first_in.set()
            second_in.wait(10)
        first_out.set()

    def second():
        first_in.wait(10)
        with one_thread():
            second_in.set()
            first_out.wait(10)
            seen.extend([n_threads("blas"), n_threads("openmp")])

    workers = [threading.Thread(target=work) for work in (first, second)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert seen == [{1}, {1}]
    assert n_threads("blas") == {2}  # as before


@pytest.mark.usefixtures("_two")
def test_one_within_another_and_after_an_error():
    with pytest.raises(ZeroDivisionError), one_thread():
        with one_thread():
            assert n_threads("blas") == n_threads("openmp") == {1}
        assert n_threads("blas") == n_threads("openmp") == {1}
        raise ZeroDivisionError
    assert n_threads("blas") == n_threads("openmp") == {2}
