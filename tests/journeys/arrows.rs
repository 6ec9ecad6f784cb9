//! Who may depend on whom.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What each of ours may use of ours, beside what only its tests use.
fn allowed(package: &str) -> Option<&'static [&'static str]> {
    Some(match package {
        "contracts" | "signalr" | "emulator" | "imaging" => &[],
        "cloud" => &["contracts"],
        "access" | "runtime" => &["cloud", "contracts"],
        "engagement" => &["access", "cloud", "contracts"],
        "auth" | "profiles" | "posts" | "notifications" | "videos" | "transcode" => {
            &["access", "cloud", "contracts", "engagement", "runtime"]
        }
        "media" => &["access", "cloud", "contracts", "imaging", "runtime"],
        "realtime" => &["access", "cloud", "contracts", "engagement", "runtime", "signalr"],
        // these two put everything together
        "local" | "testkit" | "tests" => return None,
        other => panic!("{other} is new: say here what it may use"),
    })
}

/// Names of our packages that each of ours uses.
fn ours() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let names: BTreeSet<&str> = packages
        .iter()
        .map(|package| package["name"].as_str().unwrap())
        .collect();
    let used = |package: &Value| {
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        let real = dependencies.filter(|dependency| dependency["kind"] != "dev");
        let names_used = real.map(|dependency| dependency["name"].as_str().unwrap());
        names_used
            .filter(|name| names.contains(name))
            .map(str::to_owned)
            .collect()
    };
    let of = |package: &Value| {
        let name = package["name"].as_str().unwrap().to_owned();
        (
            name,
            (
                package["manifest_path"].as_str().unwrap().to_owned(),
                used(package),
            ),
        )
    };
    packages.iter().map(of).collect()
}

#[test]
fn the_arrows_hold() {
    for (package, (_, used)) in ours() {
        let Some(allowed) = allowed(&package) else {
            continue;
        };
        for name in &used {
            assert!(allowed.contains(&name.as_str()), "{package} must not use {name}");
        }
    }
}

#[test]
fn folder_and_package_have_one_name() {
    for (package, (manifest, _)) in ours() {
        let folder = std::path::Path::new(&manifest)
            .parent()
            .unwrap()
            .file_name()
            .unwrap();
        assert_eq!(folder, package.as_str());
    }
}

#[test]
fn every_function_and_every_job_is_part_of_the_whole() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folders = std::fs::read_dir(root.join("functions")).unwrap();
    let folders: BTreeSet<String> = folders
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut known: BTreeSet<String> = local::functions().iter().map(|f| f.name().to_owned()).collect();
    known.extend(local::jobs().into_iter().map(|job| job.name));
    known.insert("local".to_owned());
    assert_eq!(folders, known);
}
