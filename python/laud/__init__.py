"""Social network analysis for interaction logs: who matters, who belongs together, whom to invite.

>>> import laud
>>> net = laud.Network.from_events("cafe.csv", brands="aurora")   # doctest: +SKIP
>>> net.rank("aurora").write("advocates.parquet")                 # doctest: +SKIP
"""

from laud._laud import (
    ConvergenceWarning,
    Graph,
    Network,
    Ranking,
    Receipt,
    SchemaError,
    Scores,
    Table,
    __version__,
    closeness,
    clustering,
    components,
    core,
    degree,
    harmonic,
    hits,
    katz,
    kinds,
    pagerank,
    personalized_pagerank,
    set_threads,
    simulate,
    strength,
    strong_components,
    triangles,
)

__all__ = [
    "ConvergenceWarning",
    "Graph",
    "Network",
    "Ranking",
    "Receipt",
    "SchemaError",
    "Scores",
    "Table",
    "__version__",
    "closeness",
    "clustering",
    "components",
    "core",
    "degree",
    "harmonic",
    "hits",
    "katz",
    "kinds",
    "pagerank",
    "personalized_pagerank",
    "set_threads",
    "simulate",
    "strength",
    "strong_components",
    "triangles",
]
