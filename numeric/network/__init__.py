"""Hessians of networks with any activation, bias and loss, in floating point.

``hessians`` assembles the p × p matrix, its two parts or one block column; ``operators`` multiplies them by vectors;
``forward`` has outputs, loss, gradient and Jacobian. All of them take an ``Architecture``, one matrix P^l = [W^l b^l]
(or W^l) a layer, inputs (N × d) and targets (N × K), arrays of any library that follows the array API standard.

Example:
    >>> import numpy as np
    >>> from hessproof.numeric.network.hessians import network_hessian
    >>> from hessproof.symbolic.architecture import Architecture
    >>> architecture = Architecture.parse("2-2-1", bias=True, activation="relu")
    >>> parameters = [np.asarray([[1.0, 2.0, 0.0], [-1.0, -1.0, 0.0]]), np.asarray([[3.0, 4.0, 0.0]])]
    >>> matrix = network_hessian(architecture, parameters, np.asarray([[1.0, 1.0]]), np.asarray([[0.0]]))
    >>> matrix.shape, int(np.linalg.matrix_rank(matrix))
    ((9, 9), 3)
"""
