"""Smooth nonlinearities, as torch defines them, without overflow."""

from __future__ import annotations

import numpy as np
from scipy import special

from atlas.records import FloatArray

_GELU_TANH = 0.044715  # Hendrycks and Gimpel (2016), arXiv:1606.08415


def tanh(z: FloatArray) -> FloatArray:
    """Give the hyperbolic tangent."""
    return np.tanh(z)


def sigmoid(z: FloatArray) -> FloatArray:
    """Give the logistic function."""
    values: FloatArray = special.expit(z)
    return values


def gelu(z: FloatArray) -> FloatArray:
    """Give z times the normal distribution function of z."""
    values: FloatArray = z * special.ndtr(z)
    return values


def gelu_tanh(z: FloatArray) -> FloatArray:
    """Give the form of GELU with a hyperbolic tangent."""
    values: FloatArray = 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + _GELU_TANH * z**3)))
    return values


def silu(z: FloatArray) -> FloatArray:
    """Give z times its logistic function."""
    values: FloatArray = z * special.expit(z)
    return values


def mish(z: FloatArray) -> FloatArray:
    """Give z times the hyperbolic tangent of its softplus."""
    values: FloatArray = z * np.tanh(np.logaddexp(0, z))
    return values


def softplus(z: FloatArray) -> FloatArray:
    """Give log(1 + exp(z))."""
    values: FloatArray = np.logaddexp(0, z)
    return values
