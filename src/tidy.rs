//! Knowledge points one way: this test reads the sources and holds the order in which modules may know each other.

use std::fs;
use std::path::{Path, PathBuf};

/// A module may use those of the lines above it and itself, never a neighbor on its own line.
const ORDER: [&[&str]; 12] = [
    &["error"],
    &["progress"],
    &["graph"],
    &["centrality", "community", "structure", "influence"],
    &["measure"],
    &["table"],
    &["events"],
    &["simulate", "network"],
    &["advocates", "communities"],
    &["report"],
    &["job"],
    &["polars", "cli"],
];

fn level(module: &str) -> Option<usize> {
    ORDER.iter().position(|line| line.contains(&module))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            files.extend(sources(&entry));
        } else if entry.extension().is_some_and(|ending| ending == "rs") {
            files.push(entry);
        }
    }
    files.sort();
    files
}

/// The modules that a file names after `crate::`, one or several in braces.
fn named_modules(text: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    code.split("crate::")
        .skip(1)
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(list) => {
                list.split('}').next().unwrap_or("").split(',').map(|part| word(part.trim())).collect()
            }
            None => vec![word(rest)],
        })
        .collect()
}

#[test]
fn modules_know_only_what_lies_below_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut offences = Vec::new();
    for file in sources(&root) {
        let inside = file.strip_prefix(&root).unwrap();
        let own = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        let Some(own_level) = level(own) else {
            assert!(
                ["allocator", "lib", "main", "tidy"].contains(&own),
                "{own} has no place in the order: give it one"
            );
            continue;
        };
        for module in named_modules(&fs::read_to_string(&file).unwrap()) {
            if level(&module).is_some_and(|level| level > own_level || (level == own_level && module != own))
            {
                offences.push(format!("{} knows {module}", inside.display()));
            }
        }
    }
    assert!(offences.is_empty(), "{offences:#?}");
}

#[test]
fn every_file_begins_with_one_sentence_that_says_what_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let silent: Vec<PathBuf> = sources(&root)
        .into_iter()
        .filter(|file| !fs::read_to_string(file).unwrap().starts_with("//! "))
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}
