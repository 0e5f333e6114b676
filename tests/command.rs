//! The command as a user meets it: files in, files out, exit status, and the pages of the documentation.
#![cfg(feature = "cli")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn laud(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_laud")).args(arguments).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn cafe() -> String {
    root().join("data/cafe.csv").to_str().unwrap().to_owned()
}

/// The fenced blocks of one language in a page.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    page.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap().to_owned()).collect()
}

#[test]
fn every_shell_block_of_the_documentation_runs() {
    let command = Path::new(env!("CARGO_BIN_EXE_laud")).parent().unwrap().to_owned();
    let path = std::env::join_paths(
        std::iter::once(command).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    )
    .unwrap();
    let pages: Vec<PathBuf> = fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|page| page.extension().is_some_and(|ending| ending == "md"))
        .collect();
    assert!(!pages.is_empty());
    for page in pages {
        let place = folder();
        for block in blocks(&fs::read_to_string(&page).unwrap(), "sh") {
            let run = Command::new("sh")
                .args(["-euc", &block])
                .current_dir(&place)
                .env("PATH", &path)
                .output()
                .unwrap();
            assert!(run.status.success(), "{}:\n{block}\n{}", page.display(), text(&run.stderr));
        }
    }
}

#[test]
fn a_ranking_is_the_same_on_any_number_of_threads_and_in_any_order_of_rows() {
    let place = folder();
    let log = fs::read_to_string(cafe()).unwrap();
    let (header, rows) = log.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.reverse();
    fs::write(place.path().join("reversed.csv"), format!("{header}\n{}\n", rows.join("\n"))).unwrap();
    let rank = |log: &str, threads: &str, file: &str| {
        let run = laud(place.path(), &["rank", log, "--brand", "aurora", "--threads", threads, "-o", file]);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
        fs::read(place.path().join(file)).unwrap()
    };
    let once = rank(&cafe(), "1", "1.parquet");
    for threads in ["2", "3", "8"] {
        assert!(rank(&cafe(), threads, "t.parquet") == once, "{threads} threads");
    }
    assert!(rank("reversed.csv", "2", "r.parquet") == once, "rows in reverse order");
}

#[test]
fn the_command_and_the_crate_write_the_same_bytes() {
    use laud::advocates::{Advocates, rank};
    use laud::events::{Columns, Events};
    use laud::network::{Network, Ties};

    let place = folder();
    let run = laud(place.path(), &["rank", &cafe(), "--brand", "aurora", "-o", "command.parquet"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let network =
        Network::build(Events::read(cafe(), &Columns::default()).unwrap(), &Ties::default()).unwrap();
    let ranking =
        rank(&network, &Advocates { brand: Some("aurora".into()), ..Advocates::default() }).unwrap();
    ranking.table().write(place.path().join("crate.parquet")).unwrap();
    network.save(place.path().join("saved")).unwrap();
    let loaded = Network::load(place.path().join("saved")).unwrap();
    let ranking = rank(&loaded, &Advocates { brand: Some("aurora".into()), ..Advocates::default() }).unwrap();
    ranking.table().write(place.path().join("loaded.parquet")).unwrap();
    let read = |file: &str| fs::read(place.path().join(file)).unwrap();
    assert!(read("command.parquet") == read("crate.parquet"));
    assert!(read("command.parquet") == read("loaded.parquet"), "a loaded network ranks to other bytes");
}

/// Runs `laud measure` on the café and answers what it said on standard error.
fn measure(place: &Path, arguments: &[&str]) -> String {
    let run = laud(place, &[&["measure", &cafe(), "--brand", "aurora"], arguments].concat());
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    text(&run.stderr)
}

#[test]
fn measures_of_ties_and_of_the_network_go_to_files_beside_that_of_the_people() {
    let place = folder();
    let words = "core,density,edge_betweenness,pagerank,reciprocity";
    measure(place.path(), &["--measure", words, "--set", "pagerank.damping=0.5", "-o", "people.csv"]);
    let lines = |file: &str| -> Vec<String> {
        let text = fs::read_to_string(place.path().join(file)).unwrap();
        text.lines().map(str::to_owned).collect()
    };
    assert_eq!(lines("people.csv")[0], "id,role,core,pagerank");
    assert_eq!((lines("people.density.csv")[0].as_str(), lines("people.density.csv").len()), ("density", 2));
    assert_eq!(lines("people.edge_betweenness.csv")[0], "source,target,edge_betweenness");
    assert_eq!(lines("people.reciprocity.csv").len(), 2);
    let told = fs::read_to_string(place.path().join("people.csv.meta.json")).unwrap();
    assert!(told.contains(r#"\"damping\":0.5"#), "{told}");
    // Alone it has the file that was named.
    measure(place.path(), &["--measure", "density", "-o", "density.csv"]);
    assert_eq!(lines("density.csv"), lines("people.density.csv"));
}

#[test]
fn every_measure_can_be_asked_for_on_both_layers() {
    let place = folder();
    let words = laud::measure::Measure::NAMES.join(",");
    for layer in ["people", "brand"] {
        let options = [
            "--measure",
            &words,
            "--seeds",
            "clara1",
            "--groups",
            "role",
            "--layer",
            layer,
            "-o",
            "all.parquet",
        ];
        measure(place.path(), &options);
        measure(place.path(), &["--layer", layer, "-o", "usual.csv"]);
        let header = fs::read_to_string(place.path().join("usual.csv")).unwrap();
        let usual =
            if layer == "people" { "id,role,pagerank" } else { "id,role,birank_hub,birank_authority" };
        assert_eq!(header.lines().next(), Some(usual));
    }
}

#[test]
fn what_would_take_long_is_told_and_approximated_as_asked() {
    let place = folder();
    let header =
        |file: &str| fs::read_to_string(place.path().join(file)).unwrap().lines().next().unwrap().to_owned();
    measure(place.path(), &["--measure", "harmonic,betweenness", "--epsilon", "0.1", "-o", "near.csv"]);
    assert_eq!(header("near.csv"), "id,role,harmonic,harmonic_error,betweenness,betweenness_error");
    measure(place.path(), &["--measure", "harmonic,betweenness", "--exact", "-o", "exact.csv"]);
    assert_eq!(header("exact.csv"), "id,role,harmonic,betweenness");
    measure(place.path(), &["--measure", "harmonic,betweenness", "--estimate", "-o", "estimate.csv"]);
    let told = fs::read_to_string(place.path().join("estimate.csv")).unwrap();
    assert!(told.contains("betweenness,") && told.contains("under a second"), "{told}");
    // What was decided is said, and what cannot be had.
    let said = measure(place.path(), &["--measure", "harmonic", "-o", "usual.csv"]);
    assert!(said.contains("harmonic is exact, which takes under a second"), "{said}");
    let said = measure(place.path(), &["--measure", "harmonic", "--epsilon", "0.001", "-o", "usual.csv"]);
    assert!(said.contains("harmonic is exact: with these parameters it cannot"), "{said}");
    for refused in [
        ["--measure", "harmonic", "--exact", "--set=harmonic.epsilon=0.1"].as_slice(),
        &["--measure", "katz,core,katz"],
        &["--measure", "personalized_pagerank", "--seeds", "clara1,,finn"],
    ] {
        let run = laud(place.path(), &[&["measure", &cafe(), "--brand", "aurora"], refused].concat());
        assert_ne!(run.status.code(), Some(0), "{refused:?}");
    }
}

#[test]
fn seeds_have_weights_and_sets_groups_are_communities_and_ties_can_be_edges() {
    let place = folder();
    let read = |file: &str| fs::read_to_string(place.path().join(file)).unwrap();
    let words = ["--measure", "personalized_pagerank,brokerage,degree", "--groups", "leiden"];
    let seeds = ["--seeds", "clara1=2,clara2=1", "--seeds", "clara1", "--undirected", "--no-staff"];
    measure(place.path(), &[words.as_slice(), &seeds, &["-o", "two.csv"]].concat());
    let header = read("two.csv").lines().next().unwrap().to_owned();
    assert!(header.contains("personalized_pagerank_0,personalized_pagerank_1,brokerage"), "{header}");
    assert!(header.ends_with(",degree"), "an undirected graph has one degree: {header}");
    measure(
        place.path(),
        &[words.as_slice(), &["--seeds", "clara1", "--undirected", "-o", "one.csv"]].concat(),
    );
    let column = |file: &str, name: &str| -> Vec<String> {
        let text = read(file);
        let at = text.lines().next().unwrap().split(',').position(|column| column == name).unwrap();
        text.lines().skip(1).map(|line| line.split(',').nth(at).unwrap().to_owned()).collect()
    };
    assert_eq!(column("two.csv", "personalized_pagerank_1"), column("one.csv", "personalized_pagerank"));
    assert_ne!(column("two.csv", "personalized_pagerank_0"), column("two.csv", "personalized_pagerank_1"));
}

#[test]
fn a_parameter_that_a_measure_does_not_have_is_refused_with_those_it_has() {
    for (setting, reason) in [
        ("katz.alhpa=0.1", "unknown field `alhpa`, expected one of `alpha`"),
        ("hits.tolerance=1e-9", "set must be WORD.NAME=VALUE with the word of a measure that is asked for"),
        ("katz.alpha=9", "alpha must be positive and below"),
    ] {
        let run = laud(root(), &["measure", &cafe(), "--measure", "katz", "--set", setting]);
        assert_eq!(run.status.code(), Some(1), "{setting}");
        assert!(text(&run.stderr).contains(reason), "{}", text(&run.stderr));
    }
}

#[test]
fn results_go_to_standard_output_as_json_lines_and_nothing_else_does() {
    let run = laud(root(), &["rank", &cafe(), "--brand", "aurora", "-k", "5"]);
    let lines: Vec<serde_json::Value> =
        text(&run.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[0]["rank"], 1);
    let notes = text(&run.stderr);
    assert!(notes.contains("not backtested") && notes.contains("objective acquisition"), "{notes}");
    let quiet = laud(root(), &["rank", &cafe(), "-q", "-k", "1"]);
    assert_eq!(text(&quiet.stderr), "");
    let json = laud(root(), &["rank", &cafe(), "-k", "1", "--log-format", "json"]);
    assert!(text(&json.stderr).lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}

#[test]
fn failures_are_one_sentence_and_leave_no_file() {
    let place = folder();
    let refused = |arguments: &[&str], status: i32, words: &str| {
        let run = laud(place.path(), arguments);
        let said = text(&run.stderr);
        assert_eq!(run.status.code(), Some(status), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    };
    refused(&["rank", "nowhere.csv", "-o", "r.csv"], 1, "nowhere.csv");
    refused(&["rank", &cafe(), "-o", "r.xlsx"], 1, "use .parquet");
    refused(&["rank", &cafe(), "-o", "no/such/folder/r.csv"], 1, "make it first");
    refused(&["rank", &cafe(), "--brand", "arora", "-o", "r.csv"], 1, "did you mean \"aurora\"");
    refused(&["rank", &cafe(), "--objective", "fame"], 2, "acquisition");
    refused(&["rank"], 2, "LOG");
    refused(&["measure", &cafe(), "--measure", "pagerunk"], 1, "pagerank");
    refused(&["rank", &cafe(), "--as-of", "yesterday"], 1, "as-of");
    assert_eq!(fs::read_dir(&place).unwrap().count(), 0);
}

#[test]
fn a_killed_run_leaves_no_partial_output() {
    let place = folder();
    for delay in [0, 1, 2, 4, 8, 16, 32, 64] {
        let mut run = Command::new(env!("CARGO_BIN_EXE_laud"))
            .args(["rank", &cafe(), "-q", "-o", "ranking.csv"])
            .current_dir(&place)
            .spawn()
            .unwrap();
        let began = std::time::Instant::now();
        while began.elapsed().as_millis() < delay {
            std::hint::spin_loop();
        }
        let _ = run.kill();
        let finished = run.wait().unwrap().success();
        let file = place.path().join("ranking.csv");
        if let Ok(written) = fs::read_to_string(&file) {
            assert!(written.ends_with('\n') && written.lines().count() > 200, "half a file after {delay} ms");
            fs::remove_file(&file).unwrap();
        } else {
            assert!(!finished, "a finished run wrote nothing");
        }
    }
}

#[test]
fn measures_stand_side_by_side() {
    let place = folder();
    let words = "degree,strength,pagerank,components,core";
    let run = laud(place.path(), &["measure", &cafe(), "--measure", words, "-o", "m.csv"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let table = fs::read_to_string(place.path().join("m.csv")).unwrap();
    let header = table.lines().next().unwrap();
    assert_eq!(
        header,
        "id,role,degree_in,degree_out,degree,strength_in,strength_out,strength,pagerank,components,core"
    );
    let metadata = fs::read_to_string(place.path().join("m.csv.meta.json")).unwrap();
    assert!(metadata.contains("\"laud.converged.pagerank\": \"true\""), "{metadata}");
}

#[test]
fn help_and_version_say_what_a_user_needs() {
    let help = text(&laud(root(), &["rank", "--help"]).stdout);
    for word in ["--brand", "--half-life", "Examples:", "--max-bad-rows", "--as-of"] {
        assert!(help.contains(word), "{word} is missing from\n{help}");
    }
    let version = text(&laud(root(), &["--version"]).stdout);
    assert!(version.starts_with(concat!("laud ", env!("CARGO_PKG_VERSION"), " (rustc ")), "{version}");
    let script = text(&laud(root(), &["completions", "bash"]).stdout);
    assert!(script.contains("complete"), "{script}");
}

#[test]
fn communities_are_the_same_bytes_on_any_number_of_threads_and_every_table_has_a_file() {
    let place = folder();
    let find = |threads: &str, file: &str, rolling: &[&str]| {
        let mut arguments = vec!["communities", "-q", "--brand", "aurora", "--threads", threads, "-o", file];
        let log = cafe();
        arguments.extend(rolling);
        arguments.push(&log);
        let run = laud(place.path(), &arguments);
        assert!(run.status.success(), "{}", text(&run.stderr));
    };
    let read = |file: &str| fs::read_to_string(place.path().join(file)).unwrap();
    for threads in ["1", "2", "3", "8"] {
        find(threads, &format!("members{threads}.csv"), &[]);
        for table in ["", ".communities", ".traits"] {
            let [one, other] = ["1", threads].map(|threads| read(&format!("members{threads}{table}.csv")));
            assert_eq!(one, other, "{threads} threads, {table}");
        }
    }
    assert!(read("members1.csv").starts_with("id,role,community,stability\n"));
    assert!(read("members1.communities.csv").starts_with("community,size,customers,influencers,"));
    find("2", "weeks.csv", &["--rolling", "1w,2w"]);
    assert!(read("weeks.csv").starts_with("window,id,role,community\n"));
    assert!(
        read("weeks.events.csv").starts_with("window,community,event,size,previous_size,other,overlap\n")
    );
    let refused = laud(place.path(), &["communities", &cafe(), "--method", "pagerank"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("method must be leiden"), "{}", text(&refused.stderr));
}

#[test]
fn two_rankings_are_compared_whatever_format_they_were_written_in() {
    let place = folder();
    let rank = |as_of: &str, file: &str| {
        let run = laud(
            place.path(),
            &["rank", &cafe(), "--brand", "aurora", "--as-of", as_of, "--bootstrap", "0", "-qo", file],
        );
        assert!(run.status.success(), "{}", text(&run.stderr));
    };
    let read = |file: &str| fs::read_to_string(place.path().join(file)).unwrap();
    for ending in ["parquet", "csv", "json", "ndjson", "arrow"] {
        let [old, new, moved] = ["old", "new", "moved"].map(|name| format!("{name}.{ending}"));
        rank("2025-05-01", &old);
        rank("2025-06-01", &new);
        let run = laud(place.path(), &["compare", &old, &new, "-k", "20", "-o", &moved]);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
        let said = text(&run.stderr);
        assert!(said.contains("laud: note: rank-biased overlap 0.") && said.contains("the top 20"), "{said}");
        let run = laud(place.path(), &["compare", &old, &new, "-qk", "20", "-o", &format!("{ending}.csv")]);
        assert_eq!((run.status.code(), text(&run.stderr).as_str()), (Some(0), ""));
        assert_eq!(read(&format!("{ending}.csv")), read("parquet.csv"), "{ending}");
    }
    let header = "id,rank_old,rank_new,moved,score_old,score_new,top,cause,largest_change,change_";
    assert!(read("moved.csv").starts_with(header), "{}", read("moved.csv"));
    assert!(read("moved.csv").contains(",entered,new ties,"), "{}", read("moved.csv"));
    assert!(read("moved.csv.meta.json").contains("laud.rank_biased_overlap"));

    let piped = laud(place.path(), &["compare", "old.csv", "new.parquet", "--log-format", "json"]);
    let lines = text(&piped.stdout);
    let moves: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(moves[0]["cause"].is_string() && moves.len() > 10, "{lines}");
    assert!(text(&piped.stderr).lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));

    fs::write(place.path().join("counts.csv"), "id,count\nclara1,3\n").unwrap();
    let refused = |arguments: &[&str], status: i32, words: &str| {
        let run = laud(place.path(), arguments);
        assert_eq!(run.status.code(), Some(status), "{}", text(&run.stderr));
        assert!(text(&run.stderr).contains(words), "{}", text(&run.stderr));
    };
    refused(
        &["compare", "old.csv", "counts.csv"],
        1,
        "old.csv and counts.csv: the new ranking has no column `rank`, it has id, count",
    );
    refused(&["compare", "old.csv", "nowhere.csv"], 1, "nowhere.csv: No such file");
    refused(&["compare", "old.csv", "new.csv", "-k", "0"], 1, "k must be at least 1, got 0");
    refused(&["compare", "old.csv"], 2, "NEW");
    refused(&["compare", "old.csv", "new.csv", "-o", "moved.xlsx"], 1, "use .parquet");
}
