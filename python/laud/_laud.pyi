"""Types of the compiled part; documentation lives in the docstrings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from os import PathLike
from typing import Any, Literal, Protocol, TypeAlias, final

import numpy
import pandas  # type: ignore[import-untyped]
import polars
import pyarrow  # type: ignore[import-untyped]

class _Stream(Protocol):
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class _Array(Protocol):
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

_Frame: TypeAlias = _Stream | _Array | polars.LazyFrame
_Path: TypeAlias = str | PathLike[str]
_Id: TypeAlias = str | int
_Moment: TypeAlias = str | date | datetime | int
_Progress: TypeAlias = bool | Callable[[str, int, int], object] | None
_Direction: TypeAlias = Literal["all", "in", "out"]
_Distance: TypeAlias = Literal["unit", "inverse", "-log"]
_Objective: TypeAlias = Literal["modularity", "bipartite", "cpm"]
_Set: TypeAlias = Iterable[_Id] | Mapping[_Id, float]
_Labels: TypeAlias = Partition | Mapping[_Id, object] | str

__version__: str

__all__ = [
    "Backtest",
    "Communities",
    "Comparison",
    "ConvergenceWarning",
    "Explanation",
    "Graph",
    "MeasureWarning",
    "Network",
    "Partition",
    "Ranking",
    "Receipt",
    "SchemaError",
    "Scores",
    "Selection",
    "Table",
    "__version__",
    "_defaults",
    "ari",
    "articulation",
    "assortativity",
    "backtest",
    "betweenness",
    "birank",
    "bridges",
    "brokerage",
    "closeness",
    "clustering",
    "collective_influence",
    "compare",
    "components",
    "conductance",
    "constraint",
    "core",
    "coverage",
    "cpm",
    "degree",
    "degree_distribution",
    "density",
    "diameter",
    "edge_betweenness",
    "effective_size",
    "ego_splitting",
    "eigenvector",
    "element_centric",
    "estimate",
    "harmonic",
    "hits",
    "infomap",
    "katz",
    "kinds",
    "label_propagation",
    "leiden",
    "louvain",
    "map_equation",
    "modularity",
    "nmi",
    "null_model",
    "pagerank",
    "personalized_pagerank",
    "reciprocity",
    "resolution_profile",
    "ris",
    "select",
    "run_command",
    "set_threads",
    "simulate",
    "spread",
    "stability",
    "strength",
    "strong_components",
    "transitivity",
    "triangles",
    "truss",
    "vi",
    "voterank",
]

class SchemaError(ValueError): ...
class ConvergenceWarning(UserWarning): ...
class MeasureWarning(UserWarning): ...

class Table:
    @property
    def columns(self) -> list[str]: ...
    @property
    def metadata(self) -> dict[str, str]: ...
    def head(self, n: int = 10) -> Table: ...
    def to_polars(self) -> polars.DataFrame: ...
    def to_pandas(self) -> pandas.DataFrame: ...
    def to_arrow(self) -> pyarrow.Table: ...
    def write(self, path: _Path) -> None: ...
    def _repr_html_(self) -> str: ...
    def __len__(self) -> int: ...
    def __getitem__(self, column: str, /) -> list[Any]: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...

@final
class Scores(Table):
    @property
    def converged(self) -> bool: ...
    @property
    def iterations(self) -> int | None: ...
    @property
    def residual(self) -> float | None: ...

@final
class Partition(Table):
    @staticmethod
    def from_labels(graph: Graph | Network, labels: Mapping[_Id, object] | str) -> Partition: ...
    @property
    def community_count(self) -> int: ...
    @property
    def objective(self) -> float | None: ...
    @property
    def converged(self) -> bool: ...
    @property
    def iterations(self) -> int | None: ...
    def members(self, community: int) -> list[_Id]: ...
    def subgraph(self, community: int) -> Graph: ...
    def communities(self) -> Table: ...
    def quality(self) -> dict[str, float]: ...
    def compare(self, other: Partition) -> dict[str, float]: ...
    def matching(self, other: Partition) -> Table: ...
    def levels(self) -> list[Partition]: ...

@final
class Communities(Table):
    @property
    def communities(self) -> Table: ...
    @property
    def traits(self) -> Table: ...
    @property
    def events(self) -> Table | None: ...
    @property
    def notes(self) -> list[str]: ...

@final
class Ranking(Table):
    @property
    def notes(self) -> list[str]: ...
    @property
    def suppressed(self) -> Table: ...
    @property
    def segments(self) -> Table: ...
    @property
    def placebo(self) -> float | None: ...
    @property
    def features(self) -> numpy.ndarray[tuple[int, int], numpy.dtype[numpy.float64]]: ...
    @property
    def feature_names(self) -> list[str]: ...
    def explain(
        self, id: _Id, *, sources: int = 10, changes: int = 3, progress: _Progress = None
    ) -> Explanation: ...

@final
class Explanation(Table):
    @property
    def id(self) -> str: ...
    @property
    def rank(self) -> int: ...
    @property
    def people(self) -> int: ...
    @property
    def interval(self) -> tuple[int, int] | None: ...
    @property
    def p_top_k(self) -> float | None: ...
    @property
    def score(self) -> float: ...
    @property
    def authenticity(self) -> float: ...
    @property
    def reasons(self) -> list[tuple[str, str]]: ...
    @property
    def sources(self) -> Table: ...
    @property
    def changes(self) -> Table: ...
    @property
    def notes(self) -> list[str]: ...
    @property
    def card(self) -> str: ...

@final
class Selection(Table):
    @property
    def value(self) -> float: ...
    @property
    def value_of_first(self) -> float | None: ...
    @property
    def bound(self) -> float | None: ...
    @property
    def notes(self) -> list[str]: ...

@final
class Backtest(Table):
    @property
    def verdict(self) -> str: ...
    @property
    def chosen(self) -> str: ...
    @property
    def notes(self) -> list[str]: ...
    @property
    def origins(self) -> Table: ...
    @property
    def calibration(self) -> Table: ...
    def save(self, path: _Path) -> None: ...

@final
class Comparison(Table):
    @property
    def entrants(self) -> list[_Id]: ...
    @property
    def leavers(self) -> list[_Id]: ...
    @property
    def rank_biased_overlap(self) -> float: ...
    @property
    def kendall_tau_b(self) -> float: ...
    @property
    def spearman(self) -> float: ...
    @property
    def notes(self) -> list[str]: ...

@final
class Receipt(Table):
    @property
    def facts(self) -> dict[str, str]: ...
    @property
    def warnings(self) -> list[str]: ...
    def count(self, reason: str) -> int: ...
    def to_dict(self) -> dict[str, Any]: ...

@final
class Graph:
    @staticmethod
    def from_edges(
        frame: _Frame,
        *,
        source: str = "source",
        target: str = "target",
        weight: str | None = None,
        directed: bool = True,
        nodes: _Frame | None = None,
        self_loops: Literal["drop", "keep"] = "drop",
        progress: _Progress = None,
    ) -> Graph: ...
    @property
    def node_count(self) -> int: ...
    @property
    def edge_count(self) -> int: ...
    @property
    def arc_count(self) -> int: ...
    @property
    def nbytes(self) -> int: ...
    @property
    def directed(self) -> bool: ...
    @property
    def self_loops_dropped(self) -> int: ...
    def edges(self) -> Table: ...
    def projection(
        self, ids: Iterable[_Id] | _Id, *, min_shared: int = 1, max_degree: int | None = None, progress: _Progress = None
    ) -> Graph: ...
    def __len__(self) -> int: ...

@final
class Network:
    @staticmethod
    def from_events(
        events: _Frame | _Path | Sequence[_Path],
        *,
        accounts: _Frame | _Path | Sequence[_Path] | None = None,
        links: _Frame | _Path | Sequence[_Path] | None = None,
        columns: Mapping[str, str | None] | None = None,
        brands: _Id | Iterable[_Id] = (),
        products: _Id | Iterable[_Id] = (),
        kinds: Mapping[str, float] | None = None,
        channels: Sequence[str] | None = None,
        channel_weights: Mapping[str, float] | None = None,
        half_life: str | Mapping[str, str] | None = None,
        as_of: _Moment | None = None,
        since: _Moment | None = None,
        until: _Moment | None = None,
        exclude: _Id | Iterable[_Id] | None = None,
        header: Sequence[str] | None = None,
        separator: str | None = None,
        kind_from_name: Mapping[str, str] | None = None,
        timezone: str | None = None,
        time_unit: Literal["s", "ms", "us", "ns"] | None = None,
        max_bad_rows: int | float | str | None = None,
        cap: float | None = None,
        log1p: bool = False,
        staff: bool = True,
        progress: _Progress = None,
    ) -> Network: ...
    @staticmethod
    def load(folder: _Path) -> Network: ...
    def save(self, folder: _Path) -> None: ...
    @property
    def as_of(self) -> datetime: ...
    @property
    def receipt(self) -> Receipt: ...
    @property
    def people(self) -> Graph: ...
    def nodes(self) -> Table: ...
    def arcs(self) -> Table: ...
    def graph(self, layer: Literal["people", "brand"] = "people", directed: bool = True) -> Graph: ...
    def communities(
        self,
        method: str = "leiden",
        *,
        layer: Literal["people", "brand"] = "people",
        rolling: str | tuple[str, str] | None = None,
        min_size: int = 3,
        overlap: float = 0.3,
        change: float = 0.25,
        samples: int | None = None,
        runs: int | None = None,
        progress: _Progress = None,
        **parameters: Any,
    ) -> Communities: ...
    def rank(
        self,
        brand: _Id | None = None,
        *,
        objective: Literal["acquisition", "deflection", "retention", "awareness"] | None = None,
        k: int = 100,
        limit: int | None = None,
        weights: Mapping[str, float] | _Path | None = None,
        credit: Mapping[str, Any] | None = None,
        integrity: bool | Mapping[str, Any] = True,
        horizon: str | None = None,
        bootstrap: int = 200,
        candidates: int = 5000,
        min_events: int = 0,
        seed: int = 0,
        progress: _Progress = None,
    ) -> Ranking: ...
    def __len__(self) -> int: ...

def degree(graph: Graph | Network, *, direction: _Direction = "all", progress: _Progress = None) -> Scores: ...
def strength(graph: Graph | Network, *, direction: _Direction = "all", progress: _Progress = None) -> Scores: ...
def pagerank(
    graph: Graph | Network,
    *,
    damping: float = 0.85,
    tolerance: float = 1e-9,
    max_iterations: int = 200,
    weighted: bool = True,
    strict: bool = False,
    progress: _Progress = None,
) -> Scores: ...
def personalized_pagerank(
    graph: Graph | Network,
    *,
    seeds: _Set | Mapping[str, _Set],
    epsilon: float | None = None,
    damping: float = 0.85,
    tolerance: float = 1e-9,
    max_iterations: int = 200,
    weighted: bool = True,
    strict: bool = False,
    progress: _Progress = None,
) -> Scores: ...
def estimate(measure: str, graph: Graph | Network, **parameters: Any) -> dict[str, Any]: ...
def eigenvector(
    graph: Graph | Network,
    *,
    tolerance: float = 1e-9,
    max_iterations: int = 1000,
    weighted: bool = True,
    strict: bool = False,
    progress: _Progress = None,
) -> Scores: ...
def birank(
    graph: Graph | Network,
    *,
    damping: float = 0.85,
    seeds: _Set | None = None,
    tolerance: float = 1e-9,
    max_iterations: int = 200,
    weighted: bool = True,
    strict: bool = False,
    progress: _Progress = None,
) -> Scores: ...
def hits(
    graph: Graph | Network,
    *,
    tolerance: float = 1e-9,
    max_iterations: int = 1000,
    weighted: bool = True,
    strict: bool = False,
    progress: _Progress = None,
) -> Scores: ...
def katz(
    graph: Graph | Network,
    *,
    alpha: float | None = None,
    beta: float = 1.0,
    tolerance: float = 1e-9,
    max_iterations: int = 1000,
    weighted: bool = True,
    strict: bool = False,
    progress: _Progress = None,
) -> Scores: ...
def backtest(
    events: Network | _Frame | _Path | Sequence[_Path],
    *,
    brand: _Id | None = None,
    objective: Literal["acquisition", "deflection", "retention", "awareness"] | None = None,
    outcome: str | None = None,
    outcomes: Mapping[str, float] | None = None,
    origins: int = 5,
    horizon: str | None = None,
    embargo: str | None = None,
    learn: bool = False,
    samples: int = 2000,
    k: int = 100,
    weights: Mapping[str, float] | _Path | None = None,
    credit: Mapping[str, Any] | None = None,
    integrity: bool | Mapping[str, Any] = True,
    min_events: int = 0,
    seed: int = 0,
    progress: _Progress = None,
    **reading: Any,
) -> Backtest: ...
def betweenness(
    graph: Graph | Network,
    *,
    normalized: bool = True,
    distance: _Distance = "unit",
    epsilon: float | None = None,
    delta: float = 0.1,
    seed: int = 0,
    k: int | None = None,
    sources: _Id | Iterable[_Id] | None = None,
    targets: _Id | Iterable[_Id] | None = None,
    progress: _Progress = None,
) -> Scores: ...
def edge_betweenness(
    graph: Graph | Network,
    *,
    normalized: bool = True,
    distance: _Distance = "unit",
    progress: _Progress = None,
) -> Scores: ...
def closeness(
    graph: Graph | Network,
    *,
    direction: _Direction = "in",
    distance: _Distance = "unit",
    epsilon: float | None = None,
    seed: int = 0,
    progress: _Progress = None,
) -> Scores: ...
def harmonic(
    graph: Graph | Network,
    *,
    direction: _Direction = "in",
    distance: _Distance = "unit",
    epsilon: float | None = None,
    seed: int = 0,
    k: int | None = None,
    progress: _Progress = None,
) -> Scores: ...
def components(graph: Graph | Network, *, progress: _Progress = None) -> Scores: ...
def core(graph: Graph | Network, *, weighted: bool = False, progress: _Progress = None) -> Scores: ...
def strong_components(graph: Graph | Network, *, progress: _Progress = None) -> Scores: ...
def triangles(graph: Graph | Network, *, progress: _Progress = None) -> Scores: ...
def clustering(graph: Graph | Network, *, progress: _Progress = None) -> Scores: ...
def constraint(graph: Graph | Network, *, weighted: bool = True, progress: _Progress = None) -> Scores: ...
def effective_size(graph: Graph | Network, *, weighted: bool = False, progress: _Progress = None) -> Scores: ...
def truss(graph: Graph | Network, *, by: Literal["node", "edge"] = "node", progress: _Progress = None) -> Scores: ...
def articulation(graph: Graph | Network, *, progress: _Progress = None) -> Scores: ...
def bridges(graph: Graph | Network, *, by: Literal["node", "edge"] = "node", progress: _Progress = None) -> Scores: ...
def voterank(graph: Graph | Network, *, k: int | None = None, progress: _Progress = None) -> Scores: ...
def collective_influence(graph: Graph | Network, *, radius: int = 2, progress: _Progress = None) -> Scores: ...
def brokerage(
    graph: Graph | Network,
    *,
    groups: Partition | Mapping[str, _Id] | Mapping[int, _Id] | str | None = None,
    permutations: int = 0,
    seed: int = 0,
    progress: _Progress = None,
) -> Scores: ...
def diameter(graph: Graph | Network, *, progress: _Progress = None) -> float: ...
def density(graph: Graph | Network, *, progress: _Progress = None) -> float: ...
def transitivity(graph: Graph | Network, *, progress: _Progress = None) -> float: ...
def reciprocity(graph: Graph | Network, *, progress: _Progress = None) -> Scores: ...
def assortativity(
    graph: Graph | Network,
    *,
    degrees: Literal["undirected", "out_in", "out_out", "in_in", "in_out"] = "undirected",
    groups: Partition | Mapping[str, _Id] | Mapping[int, _Id] | str | None = None,
    progress: _Progress = None,
) -> float: ...
def degree_distribution(graph: Graph | Network, *, progress: _Progress = None) -> Scores: ...
def leiden(
    graph: Graph | Network,
    *,
    objective: _Objective = "modularity",
    resolution: float | None = None,
    directed: bool = False,
    weighted: bool = True,
    max_iterations: int = 20,
    tolerance: float = 3e-4,
    randomness: float = 0.01,
    start: _Labels | None = None,
    seed: int = 0,
    progress: _Progress = None,
) -> Partition: ...
def louvain(
    graph: Graph | Network,
    *,
    objective: _Objective = "modularity",
    resolution: float | None = None,
    directed: bool = False,
    weighted: bool = True,
    seed: int = 0,
    progress: _Progress = None,
) -> Partition: ...
def label_propagation(
    graph: Graph | Network,
    *,
    labels: Mapping[_Id, object] | None = None,
    weighted: bool = True,
    max_iterations: int = 100,
    tolerance: float = 1e-5,
    seed: int = 0,
    progress: _Progress = None,
) -> Partition: ...
def infomap(
    graph: Graph | Network,
    *,
    directed: bool = True,
    weighted: bool = True,
    teleportation: float = 0.15,
    trials: int = 1,
    max_iterations: int = 10,
    tolerance: float = 1e-5,
    seed: int = 0,
    progress: _Progress = None,
) -> Partition: ...
def ego_splitting(
    graph: Graph | Network,
    *,
    clusters: Literal["components", "label_propagation"] = "components",
    resolution: float | None = None,
    weighted: bool = True,
    seed: int = 0,
    progress: _Progress = None,
) -> Table: ...
def modularity(
    graph: Graph | Network,
    partition: _Labels,
    *,
    resolution: float = 1.0,
    directed: bool = False,
    weighted: bool = True,
) -> float: ...
def cpm(
    graph: Graph | Network, partition: _Labels, *, resolution: float | None = None, weighted: bool = True
) -> float: ...
def map_equation(
    graph: Graph | Network,
    partition: _Labels,
    *,
    directed: bool = True,
    weighted: bool = True,
    teleportation: float = 0.15,
) -> float: ...
def coverage(graph: Graph | Network, partition: _Labels, *, weighted: bool = True) -> float: ...
def conductance(graph: Graph | Network, partition: _Labels, *, weighted: bool = True) -> Table: ...
def nmi(a: Partition, b: Partition) -> float: ...
def ari(a: Partition, b: Partition) -> float: ...
def vi(a: Partition, b: Partition) -> float: ...
def element_centric(a: Partition, b: Partition) -> float: ...
def null_model(
    graph: Graph | Network,
    partition: _Labels | None = None,
    *,
    samples: int = 20,
    swaps: float = 10.0,
    seed: int = 0,
    progress: _Progress = None,
) -> Table: ...
def spread(
    graph: Graph | Network,
    seeds: Iterable[_Id],
    *,
    model: Literal["independent", "threshold"] = "independent",
    probability: Literal["share", "weight"] | float = "share",
    runs: int = 1024,
    seed: int = 0,
    progress: _Progress = None,
) -> Table: ...
def stability(
    graph: Graph | Network,
    *,
    runs: int = 10,
    threshold: float = 0.6,
    resolution: float | None = None,
    seed: int = 0,
    progress: _Progress = None,
) -> Table: ...
def resolution_profile(
    graph: Graph | Network,
    *,
    from_: float = 0.1,
    to: float = 10.0,
    steps: int = 21,
    threshold: float = 0.95,
    seed: int = 0,
    progress: _Progress = None,
) -> Table: ...
def compare(old: _Frame | _Path, new: _Frame | _Path, *, k: int = 100, p: float = 0.98) -> Comparison: ...
def kinds() -> Table: ...
def simulate(
    *,
    scenario: Literal["calm", "attack", "concentrated"] = "calm",
    people: int = 5000,
    communities: int = 12,
    days: int = 240,
    brands: _Id | Iterable[_Id] = "acme",
    advocates: float = 0.03,
    bots: float | None = None,
    activity: float = 1.0,
    seed: int = 0,
    progress: _Progress = None,
) -> tuple[Table, Table, Table]: ...
def ris(
    graph: Graph | Network,
    *,
    k: int = 50,
    epsilon: float = 0.1,
    delta: float = 0.01,
    sets: int = 16384,
    model: Literal["independent", "threshold"] = "independent",
    probability: Literal["share", "weight"] | float = "share",
    seed: int = 0,
    progress: _Progress = None,
) -> Selection: ...
def select(
    events: Network | _Frame | _Path | Sequence[_Path],
    *,
    brand: _Id | None = None,
    objective: Literal["acquisition", "deflection", "retention", "awareness"] | None = None,
    method: Literal["greedy", "ris", "degree", "score"] = "greedy",
    k: int = 20,
    costs: Mapping[_Id, float] | None = None,
    budget: float | None = None,
    quota: int | None = None,
    groups: str | None = None,
    diversity: float = 0.1,
    epsilon: float = 0.1,
    model: Literal["independent", "threshold"] = "independent",
    probability: Literal["share", "weight"] | float = "share",
    horizon: str | None = None,
    weights: Mapping[str, float] | _Path | None = None,
    credit: Mapping[str, Any] | None = None,
    integrity: bool | Mapping[str, Any] = True,
    min_events: int = 0,
    seed: int = 0,
    progress: _Progress = None,
    **reading: Any,
) -> Selection: ...
def set_threads(threads: int) -> None: ...
def run_command(arguments: Sequence[str]) -> int: ...
def _defaults() -> str: ...
