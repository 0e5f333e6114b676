"""icebug's side: NetworKit's fork on compressed sparse rows, which keeps the name `networkit`."""

import networkit as nk
import numpy as np
import pyarrow as pa
from scipy import sparse

from peers.networkit import *  # noqa: F403
from peers.networkit import numbered

VERSION = nk.__version__


def rows(source, target, nodes, lengths=None):
    ones = np.ones(len(source), np.int8) if lengths is None else lengths
    ends = np.concatenate([source, target]), np.concatenate([target, source])
    matrix = sparse.csr_array((np.concatenate([ones, ones]), ends), shape=(nodes, nodes))
    indices, starts = (pa.array(part.astype(np.uint64)) for part in (matrix.indices, matrix.indptr))
    weights = None if lengths is None else pa.array(matrix.data)
    return nk.Graph.fromCSR(nodes, False, indices, starts, out_weights=weights)


def build(edges, facts, weighted=False):
    """Graph.fromCSR of a scipy csr_array, quicker here than IcebugMemGraph.from_arrow_tables"""
    lengths = 1 / edges["weight"].to_numpy().astype(float) if weighted else None
    return rows(edges["source"].to_numpy(), edges["target"].to_numpy(), facts["nodes"], lengths)


def build_strings(edges, facts):
    """Arrow's dictionary_encode, then Graph.fromCSR of a scipy csr_array"""
    ends, nodes = numbered(edges)
    return rows(ends[0], ends[1], nodes)
