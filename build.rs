//! Tells `laud --version` what it was built with.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let compiler = Command::new(rustc).arg("--version").output().ok();
    let compiler = compiler.and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    let compiler = compiler.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let variable = |name| std::env::var(name).unwrap_or_default();
    println!("cargo::rustc-env=LAUD_BUILD={compiler}, {}, {}", variable("TARGET"), variable("PROFILE"));
}
