"""Attention: one neuron per head, its projections its own, and how heads compose."""

import numpy as np
import pytest

N_TOKENS, N_HEADS, WIDTH = 3, 2, 2
D = N_HEADS * WIDTH


def split(x):
    return x.reshape(1, x.shape[1], -1, WIDTH).swapaxes(1, 2)


def join(x):
    return x.swapaxes(1, 2).reshape(1, x.shape[2], -1)


def attend(network, stream, weights, name, gamma=None, out=True):
    """Put an attention layer behind a value; give what it adds to the residual sum."""
    q, k, v, o = weights
    if gamma is not None:
        stream = network.add("normalise", stream, shape=(1, N_TOKENS, D), factor=gamma)
    heads = [network.move(split, network.linear(weight, stream)) for weight in (q, k, v)]
    network.add("attention", *heads, shape=(1, N_HEADS, N_TOKENS, WIDTH), name=name)
    network.move(join)
    return network.linear(o, name=f"{name}.out") if out else network.output


def add(network, *values):
    return network.add("sum", *values, shape=network.shapes[values[0]])


@pytest.fixture
def weights():
    draws = np.random.default_rng(0)
    return lambda: [draws.normal(size=(D, D)).round(1) for _ in range(4)]


def per_head(matrix):
    """Rows of each head, shape (heads, width, D)."""
    return matrix.reshape(N_HEADS, WIDTH, -1)


def test_heads_and_output_projection(handmade, blocks, weights):
    q, k, v, o = weights()
    network = handmade((1, N_TOKENS, D))
    attend(network, "x", (q, k, v, o), "attn")
    walked = network.walk()
    assert [(one.name, one.kind, one.n_neurons, one.summary) for one in walked.layers] == [
        ("input", "input", 4, "mean over positions"),
        ("attn", "attention", 2, "mean length over positions"),
        ("attn.out", "linear", 4, "mean over positions"),
    ]
    found = blocks(walked)
    stacked = np.concatenate([per_head(one) for one in (q, k, v)], axis=1)
    assert found["input", "attn"].value is None
    assert found["input", "attn"].strength == pytest.approx(np.abs(stacked).sum(axis=1).T)
    assert found["attn", "attn.out"].value is None
    slices = o.reshape(D, N_HEADS, WIDTH)
    assert found["attn", "attn.out"].strength == pytest.approx(np.abs(slices).sum(axis=2).T)
    assert walked.sites["attn"].numbers[0, :, 0, 0].tolist() == [0, 1]
    squares = blocks(network.walk(norm="frobenius"))
    assert squares["input", "attn"].strength == pytest.approx(np.sqrt((stacked**2).sum(axis=1)).T)
    assert squares["attn", "attn.out"].strength == pytest.approx(np.sqrt((slices**2).sum(axis=2)).T)
    spectral = blocks(network.walk(norm="spectral"))["input", "attn"].strength  # of a column
    assert spectral == pytest.approx(squares["input", "attn"].strength)


def test_fused_projection_and_gamma(handmade, blocks, weights):
    q, k, v, _ = weights()
    gamma = np.array([1.0, 2, -3, 0.5])
    network = handmade((1, N_TOKENS, D))
    normed = network.add("normalise", "x", shape=(1, N_TOKENS, D), factor=gamma)
    fused = network.linear(np.concatenate([q, k, v]), normed, name="qkv")
    parts = [network.move(lambda x, at=at: split(x[..., at : at + D]), fused) for at in (0, D, 2 * D)]
    network.add("attention", *parts, shape=(1, N_HEADS, N_TOKENS, WIDTH), name="attn")
    walked = network.walk()
    assert [one.name for one in walked.layers] == ["input", "attn", "output"]
    stacked = np.concatenate([per_head(one) for one in (q, k, v)], axis=1)
    assert walked.blocks[0].strength == pytest.approx((np.abs(stacked) * np.abs(gamma)).sum(axis=1).T)


def test_sources_of_the_residual_sum(handmade, blocks, weights):
    network = handmade((1, N_TOKENS, D))
    embedded = network.linear(2 * np.eye(D), "x", name="embed")
    first = add(network, embedded, attend(network, embedded, weights(), "a"))
    q, k, v, o = weights()
    add(network, first, attend(network, first, (q, k, v, o), "b"))
    walked = network.walk()
    found = blocks(walked)
    assert list(found) == [
        ("input", "embed"),
        ("embed", "a"),
        ("a", "a.out"),
        ("embed", "b"),
        ("a.out", "b"),
        ("b", "b.out"),
        ("embed", "output"),
        ("a.out", "output"),
        ("b.out", "output"),
    ]
    stacked = np.concatenate([per_head(one) for one in (q, k, v)], axis=1)
    for source in ("embed", "a.out"):
        assert found[source, "b"].strength == pytest.approx(np.abs(stacked).sum(axis=1).T)
    assert walked.layers[-1].kind == "sum"
    assert found["a.out", "output"].value.tolist() == np.eye(D).tolist()
    assert found["a.out", "output"].kept.tolist() == np.eye(D, dtype=bool).tolist()


def test_projection_seen_by_others_stays_a_layer(handmade, blocks):
    network = handmade((1, N_TOKENS, D))
    q, k, v = (network.linear(np.eye(D) * factor, "x", name=name) for factor, name in ((1, "q"), (2, "k"), (3, "v")))
    heads = [network.move(split, one) for one in (q, k, v)]
    network.add("attention", *heads, shape=(1, N_HEADS, N_TOKENS, WIDTH), name="attn")
    network.move(join)
    network.add("sum", network.output, v, shape=(1, N_TOKENS, D))
    network.linear(np.ones((1, D)), name="head")
    found = blocks(network.walk())
    assert list(found) == [("input", "v"), ("input", "attn"), ("v", "attn"), ("v", "head"), ("attn", "head")]
    assert found["input", "attn"].strength.tolist() == [[3, 0], [3, 0], [0, 3], [0, 3]]
    assert found["v", "attn"].strength.tolist() == [[1, 0], [1, 0], [0, 1], [0, 1]]
    assert found["v", "attn"].kept.tolist() == [[True, False], [True, False], [False, True], [False, True]]


def test_windows_are_positions(handmade):
    network = handmade((1, 4, D))
    cut = network.move(lambda x: x.reshape(2, 2, D))  # two windows of two tokens
    heads = [
        network.move(lambda x: x.reshape(2, 2, N_HEADS, WIDTH).swapaxes(1, 2), network.linear(np.eye(D), cut))
        for _ in range(3)
    ]
    network.add("attention", *heads, shape=(2, N_HEADS, 2, WIDTH), name="attn")
    walked = network.walk()
    assert walked.layers[1].n_neurons == N_HEADS
    assert walked.sites["attn"].numbers[:, :, 0, 0].tolist() == [[0, 1], [0, 1]]


def test_shared_keys_and_values(handmade, blocks):
    network = handmade((1, N_TOKENS, D))
    q = network.move(split, network.linear(np.eye(D), "x"))
    k = network.move(split, network.linear(np.eye(D)[:WIDTH] * 2, "x"))
    v = network.move(split, network.linear(np.eye(D)[:WIDTH] * 3, "x"))
    network.add("attention", q, k, v, shape=(1, N_HEADS, N_TOKENS, WIDTH), name="attn")
    strength = blocks(network.walk())["input", "attn"].strength
    assert strength.tolist() == [[6, 5], [6, 5], [0, 1], [0, 1]]  # both heads have the same key and value


def composed(later, earlier, gammas=(1, 1), written=1):
    """Elhage et al. (2021) by full matrices of the residual sum; (n_source, n_target) each."""
    first, second = (np.broadcast_to(gamma, D).astype(float) for gamma in gammas)

    def ov(weights, head, gamma, scale):
        written_out = weights[3].reshape(D, N_HEADS, WIDTH)[:, head]
        return np.reshape(scale, (-1, 1)) * written_out @ per_head(weights[2])[head] * gamma

    def score(left, right):
        return np.linalg.norm(left @ right) / np.linalg.norm(left) / np.linalg.norm(right)

    def table(lefts):
        return np.array([[score(left, ov(earlier, head, first, written)) for left in lefts] for head in range(N_HEADS)])

    qks = [second[:, None] * (per_head(later[0])[h].T @ per_head(later[1])[h]) * second for h in range(N_HEADS)]
    return table([qk.T for qk in qks]), table(qks), table([ov(later, head, second, 1) for head in range(N_HEADS)])


def check(block, expected):
    for found, wanted in zip((block.query, block.key, block.value), expected, strict=True):
        assert found == pytest.approx(wanted)


def test_composition(handmade, weights):
    a, b = weights(), weights()
    network = handmade((1, N_TOKENS, D))
    first = add(network, "x", attend(network, "x", a, "a"))
    add(network, first, attend(network, first, b, "b"))
    (block,) = network.walk().compositions
    assert (block.source, block.target) == ("a", "b")
    check(block, composed(b, a))


def test_composition_folds_gamma_and_what_scales_the_output(handmade, weights):
    a, b = weights(), weights()
    gammas = np.array([1.0, 2, -1, 0.5]), np.array([-3.0, 1, 1, 0.25])
    written = np.array([1.0, 0.5, -2, 4])
    network = handmade((1, N_TOKENS, D))
    attend(network, "x", a, "a", gamma=gammas[0])
    first = add(network, "x", network.add("scale", shape=(1, N_TOKENS, D), factor=written))
    add(network, first, attend(network, first, b, "b", gamma=gammas[1]))
    (block,) = network.walk().compositions
    check(block, composed(b, a, gammas, written))


def test_composition_over_three_layers(handmade, weights):
    a, b, c = weights(), weights(), weights()
    network = handmade((1, N_TOKENS, D))
    first = add(network, "x", attend(network, "x", a, "a"))
    second = add(network, first, attend(network, first, b, "b"))
    mixed = network.linear(np.eye(D), second, name="mlp")
    third = add(network, second, network.pointwise("relu", mixed))
    add(network, third, attend(network, third, c, "c"))
    found = {(one.source, one.target): one for one in network.walk().compositions}
    assert list(found) == [("a", "b"), ("a", "c"), ("b", "c")]
    check(found["a", "c"], composed(c, a))


def test_composition_by_hand(handmade):
    eye, nothing = np.eye(D), np.zeros((D, D))
    onto_first = nothing.copy()
    onto_first[0, 0] = 1  # head 0 writes its first element to feature 0; head 1 writes nothing
    network = handmade((1, N_TOKENS, D))
    first = add(network, "x", attend(network, "x", (eye, eye, eye, onto_first), "a"))
    add(network, first, attend(network, first, (eye, eye, eye, eye), "b"))
    (block,) = network.walk().compositions
    # head 0 of b reads features 0 and 1: |W_QK W_OV| = 1, |W_QK| = sqrt 2, |W_OV| = 1
    expected = [[np.sqrt(0.5), 0], [0, 0]]
    for found in (block.query, block.key, block.value):
        assert found == pytest.approx(np.array(expected))


def test_no_composition_through_a_nonlinearity(handmade, weights):
    network = handmade((1, N_TOKENS, D))
    attend(network, "x", weights(), "a")
    bent = network.pointwise("relu")
    attend(network, bent, weights(), "b")
    assert network.walk().compositions == ()


def test_rotated_positions_compose_as_at_the_first(handmade, weights):
    a, b = weights(), weights()
    angles = np.arange(N_TOKENS)[:, None]
    cosines, sines = np.cos(angles) * np.ones(WIDTH), np.sin(angles) * np.array([-1.0, 1])
    network = handmade((1, N_TOKENS, D))
    first = add(network, "x", attend(network, "x", a, "a"))
    heads = [network.move(split, network.linear(weight, first)) for weight in b[:3]]
    shape = network.shapes[heads[0]]
    for role in (0, 1):
        straight = network.add("scale", heads[role], shape=shape, factor=cosines)
        swapped = network.move(lambda x: x[..., ::-1], heads[role])
        heads[role] = add(network, straight, network.add("scale", swapped, shape=shape, factor=sines))
    network.add("attention", *heads, shape=shape, name="b")
    network.move(join)
    add(network, first, network.linear(b[3]))
    (block,) = network.walk().compositions
    check(block, composed(b, a))
