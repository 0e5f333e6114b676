//! Who is flagged: planted bots of two makes and sybils that keep to themselves, and hardly anybody of calm or real logs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use arrow::array::{Array, AsArray};
use laud::advocates::{Code, Findings, Integrity, integrity, trust};
use laud::events::{Columns, Events, Input, Source};
use laud::graph::generator;
use laud::network::{Network, Ties};
use laud::simulate::{Scenario, Simulate, simulate};
use rand::{Rng, RngExt};

/// Judged with the trust there is.
fn judged(network: &Network) -> Findings {
    let trust = trust(network, None, None).unwrap();
    let begin = Instant::now();
    let findings = integrity(network, None, trust.shares.as_deref(), &Integrity::default()).unwrap();
    print!("{:.2} s, {}; ", begin.elapsed().as_secs_f64(), trust.note);
    for code in Code::ALL {
        let found: Vec<f64> =
            findings.reasons.iter().filter(|r| r.code == code).map(|r| r.strength).collect();
        print!("{} {} ({:.1}) ", code.name(), found.len(), found.iter().sum::<f64>());
    }
    println!("flagged {} of {}", flagged(network, &findings).len(), network.ids.len());
    for code in Code::ALL {
        for reason in findings.reasons.iter().filter(|r| r.code == code).step_by(400).take(4) {
            println!(
                "   {} {:.2} {}: {}",
                code.name(),
                reason.strength,
                network.ids.text(reason.node),
                reason.evidence
            );
        }
    }
    findings
}

fn flagged(network: &Network, findings: &Findings) -> BTreeSet<String> {
    (0..network.ids.len() as u32)
        .filter(|&node| findings.authenticity[node as usize] < 0.5)
        .map(|node| network.ids.text(node))
        .collect()
}

/// A simulated town as a network, and its bots.
fn town(params: &Simulate) -> (Network, BTreeSet<String>) {
    let simulation = simulate(params).unwrap();
    let input = Input {
        log: Source::batches([simulation.log.batch().clone()]),
        accounts: Some(Source::batches([simulation.accounts.batch().clone()])),
        links: None,
    };
    let network =
        Network::build(Events::load(input, &Columns::default()).unwrap(), &Ties::default()).unwrap();
    let column = |name| simulation.truth.column(name).unwrap().as_string::<i32>();
    let (ids, roles) = (column("id"), column("role"));
    let bots = (0..ids.len()).filter(|&at| roles.value(at) == "bot").map(|at| ids.value(at).to_owned());
    (network, bots.collect())
}

#[test]
fn the_bots_of_a_town_under_attack_are_found_and_nobody_else() {
    for seed in 0..3 {
        let (network, bots) = town(&Simulate { scenario: Scenario::Attack, seed, ..Simulate::default() });
        let found = flagged(&network, &judged(&network));
        let right = found.intersection(&bots).count() as f64;
        println!("{} found, {right} right of {}", found.len(), bots.len());
        assert!(right >= 0.95 * bots.len() as f64, "seed {seed}: {right} of {} found", bots.len());
        assert!(right >= 0.9 * found.len() as f64, "seed {seed}: {right} of {} are bots", found.len());
    }
}

#[test]
fn hardly_anybody_is_flagged_where_there_are_no_bots() {
    for (scenario, seed) in [(Scenario::Calm, 0), (Scenario::Calm, 1), (Scenario::Concentrated, 0)] {
        let (network, _) = town(&Simulate { scenario, seed, ..Simulate::default() });
        let found = flagged(&network, &judged(&network));
        assert!(found.len() <= 25, "{scenario:?}, seed {seed}: {found:?}");
    }
}

fn cafe() -> Network {
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/cafe.csv");
    let ties = Ties { brands: vec!["aurora".to_owned()], ..Ties::default() };
    Network::build(Events::read(log, &Columns::default()).unwrap(), &ties).unwrap()
}

#[test]
fn the_bots_of_the_cafe_are_found() {
    let (_, bots) = town(&Simulate::cafe());
    let network = cafe();
    let found = flagged(&network, &judged(&network));
    println!("{found:?} {bots:?}");
    assert!(bots.is_subset(&found), "{found:?} of {bots:?}");
    assert!(found.len() <= bots.len() + 1, "{found:?}, {bots:?}");
}

fn folder(name: &str) -> Option<PathBuf> {
    let data = std::env::var_os("LAUD_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let folder = data.join(name);
    if !folder.is_dir() {
        println!("skipped: {} is missing", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn a_viral_week_flags_few_and_none_of_the_most_shared() {
    let Some(folder) = folder("higgs") else { return };
    let header = ["actor", "target", "time", "kind"].map(str::to_owned).to_vec();
    let columns = Columns { header: Some(header), ..Columns::default() };
    let events = Events::read(folder.join("higgs-activity_time.txt.gz"), &columns).unwrap();
    let network = Network::build(events, &Ties::default()).unwrap();
    let findings = judged(&network);
    let found = flagged(&network, &findings);
    let share = found.len() as f64 / network.ids.len() as f64;
    assert!(share < 0.02, "{share}");
    for id in ["88", "14454", "677", "1988", "349"] {
        assert!(!found.contains(id), "{id}");
    }
}

#[test]
fn a_forum_flags_few() {
    let Some(folder) = folder("mathoverflow") else { return };
    let mut rows = Vec::new();
    for (file, kind) in [("a2q", "answer"), ("c2q", "reply"), ("c2a", "reply")] {
        let path = folder.join(format!("sx-mathoverflow-{file}.txt.gz"));
        let reader = flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap());
        for line in std::io::BufRead::lines(std::io::BufReader::new(reader)) {
            let line = line.unwrap();
            let [u, v, time] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            rows.push(format!("{u},{v},{time},{kind}"));
        }
    }
    let place = tempfile::tempdir().unwrap();
    let log = place.path().join("log.csv");
    std::fs::write(&log, format!("actor,target,time,kind\n{}\n", rows.join("\n"))).unwrap();
    let network = Network::build(Events::read(log, &Columns::default()).unwrap(), &Ties::default()).unwrap();
    let found = flagged(&network, &judged(&network));
    let share = found.len() as f64 / network.ids.len() as f64;
    assert!(share < 0.01, "{share}");
}

/// A market of another make than the towns: people who post, are liked by hours rather than by communities, and talk;
/// bots that like whatever they see at any hour, and every post of the one who pays within twenty minutes.
///
/// Events as text, the first `people` ids are honest, the next `bots` are not.
fn market(seed: u64, people: usize, bots: usize) -> String {
    let dice = &mut generator(seed, "market", 0);
    let mut popular: Vec<usize> = (0..people).collect();
    let mut log = String::from("time,actor,target,kind,item\n");
    let mut posts: Vec<(f64, usize, String)> = Vec::new();
    let wait = |dice: &mut dyn Rng, mean: f64| -mean * f64::ln(1.0 - dice.random::<f64>());
    let name = |who: usize| format!("a{who:05}");
    let mut write = |days: f64, actor: usize, target: usize, kind: &str, item: &str| {
        let time = 1_700_000_000 + (days * 86_400.0) as i64;
        log += &format!("{time},{},{},{kind},{item}\n", name(actor), name(target));
    };
    for post in 0..4 * people {
        let author = popular[dice.random_range(0..popular.len())];
        let day = f64::from(dice.random_range(0..90_u32)) + dice.random_range(0.3..0.95);
        let item = format!("post{post}");
        for _ in 0..dice.random_range(0..12_u32) {
            let reader = dice.random_range(0..people);
            if reader == author {
                continue;
            }
            let when = day + wait(dice, 0.2);
            let kind = ["like", "like", "like", "share", "reply"][dice.random_range(0..5_usize)];
            write(when, reader, author, kind, &item);
            if kind == "reply" && dice.random_bool(0.6) {
                write(when + wait(dice, 0.1), author, reader, "reply", &item);
            }
            popular.push(author);
        }
        posts.push((day, author, item));
    }
    let payer = people / 2;
    for order in 0..36 {
        let (day, item) = (2.5 * f64::from(order) + dice.random_range(0.0..1.0), format!("order{order}"));
        for bot in people..people + bots {
            if dice.random_bool(0.7) {
                write(day + dice.random_range(0.0..0.014), bot, payer, "like", &item);
            }
        }
    }
    for bot in people..people + bots {
        for _ in 0..dice.random_range(100..400_u32) {
            let (day, author, item) = &posts[dice.random_range(0..posts.len())];
            write(day + wait(dice, 0.5), bot, *author, "like", item);
        }
    }
    log
}

fn read(log: &str, ties: &Ties) -> Network {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("log.csv");
    std::fs::write(&path, log).unwrap();
    Network::build(Events::read(path, &Columns::default()).unwrap(), ties).unwrap()
}

#[test]
fn bots_that_sell_likes_are_found() {
    {
        let seed = 0;
        let (people, bots) = (1_500, 60);
        let network = read(&market(seed, people, bots), &Ties::default());
        let found = flagged(&network, &judged(&network));
        let first_bot = format!("a{people:05}");
        let right = found.iter().filter(|id| **id >= first_bot).count();
        println!("{right} of {bots} bots, {} in all", found.len());
        assert!(right as f64 >= 0.8 * bots as f64, "seed {seed}: {right}");
    }
}

#[test]
fn sybils_that_keep_to_themselves_are_flagged_and_change_nobody() {
    let log = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/cafe.csv")).unwrap();
    let ties = Ties { brands: vec!["aurora".to_owned()], ..Ties::default() };
    for kinds in [&["like", "share", "follow"][..], &["reply", "answer", "referred_by"]] {
        let dice = &mut generator(1, "sybils", kinds.len() as u64);
        let mut with = log.trim_end().to_owned();
        for event in 0..8_000 {
            let sybil = |at: u32| format!("sybil{at:04}");
            let (a, b) = (event % 1_000, dice.random_range(0..1_000));
            let (day, minute) = (dice.random_range(10..28), dice.random_range(10..60));
            let (a, b, kind) = (sybil(a), sybil(b), kinds[dice.random_range(0..kinds.len())]);
            with += &format!("\n2025-02-{day}T10:{minute}:00Z,{a},{b},{kind},social,,s{event},,,");
        }
        let (before, after) = (read(&log, &ties), read(&with, &ties));
        let (calm, attacked) = (judged(&before), judged(&after));
        for node in 0..after.ids.len() as u32 {
            let id = after.ids.text(node);
            let now = attacked.authenticity[node as usize];
            match before.ids.find(&id) {
                Some(old) => assert_eq!(now, calm.authenticity[old as usize], "{id}"),
                None => assert!(now < 0.5, "{id}: {now}"),
            }
        }
    }
}

/// A log of a few hundred lively people, and what somebody adds; the codes found of those named `x…`, with their strengths.
fn codes(more: &str, params: &Integrity) -> Vec<(String, Code, f64)> {
    let dice = &mut generator(4, "lively", 0);
    let mut log = String::from("time,actor,target,kind,item\n");
    for event in 0..6_000 {
        let (a, b) = (dice.random_range(0..300), dice.random_range(0..300));
        let time = 1_700_000_000 + dice.random_range(0..90) * 86_400 + dice.random_range(25_000..80_000);
        log += &format!("{time},p{a},p{b},{},i{event}\n", ["like", "reply"][event % 2]);
    }
    let network = read(&(log + more), &Ties::default());
    let findings = integrity(&network, None, None, params).unwrap();
    let id = |node: u32| network.ids.text(node);
    let honest: Vec<_> = findings.reasons.iter().filter(|reason| !id(reason.node).starts_with('x')).collect();
    assert!(honest.is_empty(), "{honest:?}");
    findings.reasons.iter().map(|reason| (id(reason.node), reason.code, reason.strength)).collect()
}

fn line(time: i64, actor: &str, target: &str, kind: &str, item: &str) -> String {
    format!("{},{actor},{target},{kind},{item}\n", 1_700_000_000 + time)
}

#[test]
fn each_signal_finds_what_it_is_made_for_and_nothing_else() {
    let each = |count: i64, event: &dyn Fn(i64) -> String| (0..count).map(event).collect::<String>();
    let found = |more: String| codes(&more, &Integrity::default());
    let full = |id: &str, code: Code| (id.to_owned(), code, 1.0);

    let burst = each(50, &|i| line(i, "x", &format!("p{i}"), "like", ""));
    assert_eq!(found(burst), [full("x", Code::Burst)]);
    let clock = each(60, &|i| line(i * 5_000, "x", &format!("p{i}"), "reply", ""));
    assert_eq!(found(clock), [full("x", Code::Regularity)]);
    let sleepless = each(600, &|i| line(i * i * 7 % 7_000_000, "x", &format!("p{}", i % 90), "reply", ""));
    assert_eq!(found(sleepless), [full("x", Code::Regularity)]);
    let wide = each(900, &|i| {
        let (day, within) = (i / 225, i % 225);
        line(day * 86_400 + within * 180 + within * within % 97, "x", &format!("q{i}"), "mention", "")
    });
    assert_eq!(found(wide), [full("x", Code::FanOut)]);
    let again = each(30, &|i| line(i * i * 60, "x", "p1", "like", "once"));
    assert_eq!(found(again), [full("x", Code::DuplicateContent)]);
    let audience = each(30, &|i| line(i / 3 * (i / 3) * 700, "x", &format!("p{}", i % 3), "mention", ""));
    assert_eq!(found(audience), [full("x", Code::DuplicateContent)]);
    let copies = each(36, &|i| {
        let (who, act) = (i % 3, i / 3);
        line(act * act * 7_000 + who * 1_000_000, &format!("x{who}"), &format!("p{act}"), "share", "")
    });
    assert_eq!(found(copies), ["x0", "x1", "x2"].map(|id| full(id, Code::DuplicateContent)));
    let together = each(90, &|i| {
        let (who, act) = (i % 3, i / 3);
        let other = if act % 2 == 0 { "reply" } else { "like" };
        let kind = ["share", "like", other][who as usize];
        line(act * act * 9_000 + 40 * who, &format!("x{who}"), &format!("p{act}"), kind, "")
    });
    assert_eq!(found(together), ["x0", "x1", "x2"].map(|id| full(id, Code::CoAction)));
}

#[test]
fn referrals_that_come_back_or_bring_nobody_are_found() {
    let refer = |a: &str, b: &str| line(9_000, a, b, "referred_by", "");
    let strengths = |more: &str| codes(more, &Integrity::default());
    let mutual = refer("x1", "x2") + &refer("x2", "x1");
    assert_eq!(strengths(&mutual), ["x1", "x2"].map(|id| (id.to_owned(), Code::SelfReferral, 0.6)));
    let circle = refer("x1", "x2") + &refer("x2", "x3") + &refer("x3", "x1");
    assert_eq!(strengths(&circle), ["x1", "x2", "x3"].map(|id| (id.to_owned(), Code::SelfReferral, 1.0)));
    let ghosts: String = (0..8).map(|i| refer(&format!("xghost{i}"), "x")).collect();
    assert_eq!(strengths(&ghosts), [("x".to_owned(), Code::SelfReferral, 1.0)]);
    let friends = ghosts + &line(1, "xghost0", "p1", "reply", "");
    assert_eq!(strengths(&friends), []);
}

#[test]
fn a_log_of_referrals_alone_has_no_ghosts() {
    let log: String =
        (0..40).map(|i| line(i, &format!("a{i}"), &format!("b{}", i % 4), "referred_by", "")).collect();
    let network = read(&format!("time,actor,target,kind,item\n{log}"), &Ties::default());
    assert_eq!(integrity(&network, None, None, &Integrity::default()).unwrap().reasons, []);
}

#[test]
fn a_log_of_dates_knows_no_minutes() {
    let mut log = String::from("time,actor,target,kind\n");
    for event in 0..3_000 {
        // Everybody does something every day, thirty of them for the same ten.
        log += &format!("2025-03-{:02},a{},b{},like\n", 1 + event / 100, event % 100, event % 10);
    }
    let network = read(&log, &Ties::default());
    assert_eq!(integrity(&network, None, None, &Integrity::default()).unwrap().reasons, []);
}

#[test]
fn who_knows_few_is_no_ring_and_without_trust_nobody_is() {
    let dice = &mut generator(5, "few", 0);
    let mut log =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/cafe.csv")).unwrap();
    for event in 0..90 {
        let (a, b) = (dice.random_range(0..8), dice.random_range(0..8));
        let (day, minute) = (dice.random_range(10..28), dice.random_range(10..60));
        log += &format!("2025-02-{day}T10:{minute}:00Z,friend{a},friend{b},reply,social,,f{event},,,\n");
    }
    let ties = Ties { brands: vec!["aurora".to_owned()], ..Ties::default() };
    let network = read(&log, &ties);
    let findings = judged(&network);
    assert!(findings.reasons.iter().all(|reason| !network.ids.text(reason.node).starts_with("friend")));
    let without = integrity(&network, None, None, &Integrity::default()).unwrap();
    assert!(without.reasons.iter().all(|reason| reason.code != Code::Ring));
}

#[test]
fn findings_do_not_depend_on_threads_and_are_told_in_a_table() {
    let network = cafe();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| judged(&network))
    };
    let findings = with(1);
    assert_eq!(findings, with(3));
    let table = findings.table(&network);
    let names: Vec<_> = table.batch().schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["id", "role", "authenticity", "code", "strength", "evidence", "with"]);
    assert_eq!(table.num_rows(), findings.reasons.len());
    assert!(findings.reasons.iter().all(|reason| !reason.evidence.is_empty() && reason.with.len() <= 5));
    let off = Integrity { enabled: false, ..Integrity::default() };
    let nothing = integrity(&network, None, None, &off).unwrap();
    assert!(nothing.reasons.is_empty() && nothing.authenticity.iter().all(|&q| q == 1.0));
}

#[test]
fn parameters_of_integrity_outside_their_domain_are_refused() {
    let network = cafe();
    let refused = |change: fn(&mut Integrity)| {
        let mut params = Integrity::default();
        change(&mut params);
        integrity(&network, None, None, &params).unwrap_err().to_string()
    };
    assert_eq!(refused(|p| p.ring.weight = 1.5), "ring.weight must be in [0, 1], got 1.5");
    assert_eq!(refused(|p| p.co_action.min_group = 1), "co_action.min_group must be at least 2, got 1");
    assert_eq!(
        refused(|p| p.co_action.lift = f64::NAN),
        "co_action.lift must be finite and at least 1, got NaN"
    );
    assert_eq!(
        refused(|p| p.fan_out.silent = [0.9, 0.9]),
        "fan_out.silent must be two finite numbers, the first at least 0 and below the second, got [0.9, 0.9]"
    );
    let short = integrity(&network, None, Some(&[1.0]), &Integrity::default()).unwrap_err().to_string();
    assert!(short.starts_with("trust must be one number for each of"), "{short}");
}
