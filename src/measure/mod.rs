//! The measures as values: what a job file, the command and Python can ask for by name.

mod estimate;

pub use estimate::Estimate;

use serde::{Deserialize, Serialize};

use crate::centrality::{
    self, Betweenness, BiRank, Closeness, CollectiveInfluence, Degree, EdgeBetweenness, Eigenvector,
    Harmonic, Hits, Katz, PageRank, PersonalizedPageRank, Strength, VoteRank,
};
use crate::community::{self, EgoSplitting, Infomap, LabelPropagation, Leiden, Louvain, Partition};
use crate::error::{Error, Result};
use crate::graph::{Graph, Scores};
use crate::structure::{
    self, Articulation, Assortativity, Bridges, Brokerage, Clustering, Components, Constraint, Core,
    DegreeDistribution, Density, Diameter, EffectiveSize, Reciprocity, StrongComponents, Transitivity,
    Triangles, Truss,
};

/// The communities of nodes as a column of labels.
mod communities {
    use super::*;

    pub(super) fn leiden(graph: &Graph, params: &Leiden) -> Result<Scores> {
        Ok(community::leiden(graph, params)?.scores())
    }

    pub(super) fn louvain(graph: &Graph, params: &Louvain) -> Result<Scores> {
        Ok(community::louvain(graph, params)?.scores())
    }

    pub(super) fn label_propagation(graph: &Graph, params: &LabelPropagation) -> Result<Scores> {
        Ok(community::label_propagation(graph, params)?.scores())
    }

    pub(super) fn infomap(graph: &Graph, params: &Infomap) -> Result<Scores> {
        Ok(community::infomap(graph, params)?.scores())
    }

    pub(super) fn ego_splitting(graph: &Graph, params: &EgoSplitting) -> Result<Scores> {
        Ok(community::ego_splitting(graph, params)?.scores())
    }
}

impl Measure {
    /// The partition of the nodes that the measure gives; none for one that gives something else.
    pub fn partition(&self, graph: &Graph) -> Option<Result<Partition>> {
        match self {
            Measure::Leiden(params) => Some(community::leiden(graph, params)),
            Measure::Louvain(params) => Some(community::louvain(graph, params)),
            Measure::LabelPropagation(params) => Some(community::label_propagation(graph, params)),
            Measure::Infomap(params) => Some(community::infomap(graph, params)),
            _ => None,
        }
    }
}

/// Declares the measures once: variant and parameters, word, function.
macro_rules! measures {
    ($($(#[$doc:meta])* $variant:ident($params:ident) = $word:literal, $function:path;)*) => {
        /// A measure with its parameters.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "measure", rename_all = "snake_case")]
        pub enum Measure {
            $($(#[$doc])* $variant($params),)*
        }

        impl Measure {
            /// The words for all measures.
            pub const NAMES: &[&str] = &[$($word),*];

            /// The measure of that word, with default parameters.
            ///
            /// # Errors
            ///
            /// [`Error::Parameter`] with all words where there is no such measure.
            pub fn named(name: &str) -> Result<Measure> {
                match name {
                    $($word => Ok(Measure::$variant($params::default())),)*
                    _ => Err(Error::parameter("measure", format!("one of {}", Measure::NAMES.join(", ")), name)),
                }
            }

            /// The word for this measure.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Measure::$variant(_) => $word,)*
                }
            }

            /// Computes the measure.
            ///
            /// # Errors
            ///
            /// Those of its function.
            pub fn compute(&self, graph: &Graph) -> Result<Scores> {
                match self {
                    $(Measure::$variant(params) => $function(graph, params),)*
                }
            }
        }
    };
}

measures! {
    /// [`centrality::degree()`]
    Degree(Degree) = "degree", centrality::degree;
    /// [`centrality::strength()`]
    Strength(Strength) = "strength", centrality::strength;
    /// [`centrality::pagerank()`]
    Pagerank(PageRank) = "pagerank", centrality::pagerank;
    /// [`centrality::personalized_pagerank()`]
    PersonalizedPagerank(PersonalizedPageRank) = "personalized_pagerank", centrality::personalized_pagerank;
    /// [`centrality::eigenvector()`]
    Eigenvector(Eigenvector) = "eigenvector", centrality::eigenvector;
    /// [`centrality::hits()`]
    Hits(Hits) = "hits", centrality::hits;
    /// [`centrality::birank()`]
    Birank(BiRank) = "birank", centrality::birank;
    /// [`centrality::katz()`]
    Katz(Katz) = "katz", centrality::katz;
    /// [`centrality::closeness()`]
    Closeness(Closeness) = "closeness", centrality::closeness;
    /// [`centrality::harmonic()`]
    Harmonic(Harmonic) = "harmonic", centrality::harmonic;
    /// [`centrality::betweenness()`]
    Betweenness(Betweenness) = "betweenness", centrality::betweenness;
    /// [`centrality::edge_betweenness()`]
    EdgeBetweenness(EdgeBetweenness) = "edge_betweenness", centrality::edge_betweenness;
    /// [`structure::components()`]
    Components(Components) = "components", structure::components;
    /// [`structure::strong_components()`]
    StrongComponents(StrongComponents) = "strong_components", structure::strong_components;
    /// [`structure::core()`]
    Core(Core) = "core", structure::core;
    /// [`structure::triangles()`]
    Triangles(Triangles) = "triangles", structure::triangles;
    /// [`structure::clustering()`]
    Clustering(Clustering) = "clustering", structure::clustering;
    /// [`structure::constraint()`]
    Constraint(Constraint) = "constraint", structure::constraint;
    /// [`structure::effective_size()`]
    EffectiveSize(EffectiveSize) = "effective_size", structure::effective_size;
    /// [`structure::truss()`]
    Truss(Truss) = "truss", structure::truss;
    /// [`structure::articulation()`]
    Articulation(Articulation) = "articulation", structure::articulation;
    /// [`structure::bridges()`]
    Bridges(Bridges) = "bridges", structure::bridges;
    /// [`structure::density()`]
    Density(Density) = "density", structure::density;
    /// [`structure::reciprocity()`]
    Reciprocity(Reciprocity) = "reciprocity", structure::reciprocity;
    /// [`structure::transitivity()`]
    Transitivity(Transitivity) = "transitivity", structure::transitivity;
    /// [`structure::assortativity()`]
    Assortativity(Assortativity) = "assortativity", structure::assortativity;
    /// [`structure::degree_distribution()`]
    DegreeDistribution(DegreeDistribution) = "degree_distribution", structure::degree_distribution;
    /// [`centrality::voterank()`]
    Voterank(VoteRank) = "voterank", centrality::voterank;
    /// [`centrality::collective_influence()`]
    CollectiveInfluence(CollectiveInfluence) = "collective_influence", centrality::collective_influence;
    /// [`structure::brokerage()`]
    Brokerage(Brokerage) = "brokerage", structure::brokerage;
    /// [`structure::diameter()`]
    Diameter(Diameter) = "diameter", structure::diameter;
    /// [`crate::community::leiden()`]
    Leiden(Leiden) = "leiden", communities::leiden;
    /// [`crate::community::louvain()`]
    Louvain(Louvain) = "louvain", communities::louvain;
    /// [`crate::community::label_propagation()`]
    LabelPropagation(LabelPropagation) = "label_propagation", communities::label_propagation;
    /// [`crate::community::infomap()`]
    Infomap(Infomap) = "infomap", communities::infomap;
    /// [`crate::community::ego_splitting()`]
    EgoSplitting(EgoSplitting) = "ego_splitting", communities::ego_splitting;
}

#[cfg(test)]
mod tests {
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error as Refusal, MapDeserializer};

    use super::*;

    fn read(fields: &[(&str, &str)]) -> std::result::Result<Measure, Refusal> {
        Measure::deserialize(MapDeserializer::new(fields.iter().copied()).into_deserializer())
    }

    #[test]
    fn the_word_is_the_tag_in_job_files_and_the_name_in_the_scores() {
        let graph = Graph::from_edges(0, &[], &Default::default()).unwrap();
        for &name in Measure::NAMES {
            let measure = Measure::named(name).unwrap();
            assert_eq!(measure.name(), name);
            assert_eq!(read(&[("measure", name)]), Ok(measure.clone()));
            if let Ok(scores) = measure.compute(&graph) {
                assert_eq!(scores.measure, name);
            }
        }
    }

    #[test]
    fn unknown_words_and_fields_are_refused() {
        let error = Measure::named("page_rank").unwrap_err().to_string();
        assert!(error.starts_with("measure must be one of degree, strength, pagerank"), "{error}");
        let error = read(&[("measure", "degree"), ("directon", "in")]).unwrap_err().to_string();
        assert!(error.starts_with("unknown field `directon`"), "{error}");
    }
}
