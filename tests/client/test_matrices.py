"""Weights of two_blocks as matrices: values of +1 and -1 inside each half, 0 between the halves."""

import numpy as np
import pandas as pd
import pytest
from networks import two_blocks
from scipy import sparse

from atlas.errors import EmptySelection, UnknownName

KEY = "client-blocks"
LAYERS = {"input": 4, "dense_1": 4, "dense_2": 4, "dense_3": 2}
KEYS = [f"{KEY}/{layer}/{number}" for layer, size in LAYERS.items() for number in range(size)]
SECOND = two_blocks()[2].weight.detach().numpy().T  # rows are sources


def test_a_block_by_keys(blocks):
    matrix = blocks.matrix("dense_1", "dense_2")
    assert np.array_equal(matrix.to_numpy(), SECOND)
    assert (matrix.index.name, matrix.columns.name) == ("dense_1", "dense_2")
    assert matrix.index.tolist() == KEYS[4:8]
    assert matrix.loc[f"{KEY}/dense_1/1", f"{KEY}/dense_2/1"] == -1


def test_a_sparse_block_is_the_dense_one(blocks):
    found = blocks.sparse_matrix("dense_1", "dense_2")
    assert isinstance(found.values, sparse.csr_array)
    assert (found.rows, found.columns) == (tuple(KEYS[4:8]), tuple(KEYS[8:12]))
    assert np.array_equal(found.values.toarray(), SECOND)
    assert found.values.nnz == 16  # kept, though 8 of them are 0


def test_a_whole_network(blocks):
    dense, found = blocks.matrix(), blocks.sparse_matrix()
    assert dense.shape == (14, 14)
    assert list(found.rows) == list(found.columns) == dense.index.tolist() == dense.columns.tolist() == KEYS
    assert dense.notna().sum().sum() == found.values.nnz == 40
    assert np.array_equal(np.nan_to_num(dense.to_numpy()), found.values.toarray())
    assert np.array_equal(dense.iloc[4:8, 8:12].to_numpy(), SECOND)
    assert dense.iloc[4:8, 4:8].isna().all(axis=None)  # nothing inside a layer


def test_what_leaves_or_enters_a_layer(blocks):
    whole = blocks.matrix().to_numpy()
    assert np.array_equal(blocks.matrix("dense_1").to_numpy(), whole[4:8], equal_nan=True)
    assert np.array_equal(blocks.matrix(target="dense_3").to_numpy(), whole[:, 12:], equal_nan=True)
    assert blocks.sparse_matrix(target="dense_3").values.nnz == 8


def test_strengths_have_no_sign(blocks):
    assert np.array_equal(blocks.matrix("dense_1", "dense_2", of="strength").to_numpy(), np.abs(SECOND))
    assert blocks.sparse_matrix(of="strength").values.sum() == 20


def test_a_row_for_each_weight(blocks):
    frame = blocks.sparse_matrix().to_frame()
    pd.testing.assert_frame_equal(frame, blocks.weights()[["source", "target", "value"]], check_dtype=False)


def test_a_matrix_names_its_query(atlas, blocks):
    attrs = blocks.matrix("dense_2", "dense_3").attrs
    assert attrs["parameters"] == {"network": KEY, "source": "dense_2", "target": "dense_3"}
    rows = atlas.cypher(attrs["query"], **attrs["parameters"])
    assert rows["value"].tolist() == [[1, 0], [1, 0], [0, 1], [0, 1]]


def test_a_sign_without_meaning_is_nan(atlas, blocks):
    weight = f"MATCH (:Neuron {{key: '{KEY}/dense_2/0'}})-[w:WEIGHT]->(:Neuron {{key: '{KEY}/dense_3/0'}})"
    atlas.store.write((f"{weight} REMOVE w.value", {}))
    try:
        dense, found = blocks.matrix("dense_2", "dense_3"), blocks.sparse_matrix("dense_2", "dense_3")
        assert np.isnan(dense.iloc[0, 0])
        assert np.isnan(found.values.toarray()[0, 0])
        assert blocks.matrix("dense_2", "dense_3", of="strength").iloc[0, 0] == 1
    finally:
        atlas.store.write((f"{weight} SET w.value = 1.0", {}))


def test_what_is_not_there(blocks):
    with pytest.raises(UnknownName, match=r"Unknown layer 'dense1'\. Did you mean 'dense_1'"):
        blocks.sparse_matrix("dense1")
    with pytest.raises(UnknownName, match=r"Unknown layer 5\. Known"):
        blocks.matrix(5, "dense_1")
    with pytest.raises(UnknownName, match="Unknown measure of a weight 'sign'"):
        blocks.matrix(of="sign")
    with pytest.raises(UnknownName, match=r"Unknown layer \['dense_1'\]\. Did you mean 'dense_1'"):
        blocks.matrix(["dense_1"], "dense_2")
    with pytest.raises(EmptySelection, match=r"from 'dense_2' to 'dense_1'\. There are blocks input to dense_1,"):
        blocks.sparse_matrix("dense_2", "dense_1")
