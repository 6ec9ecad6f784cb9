//! `docs/contract.md` says for each line of the contract which test shows it. What it names must be there.

use std::path::Path;

const CONTRACT: &str = include_str!("../../docs/contract.md");

/// What the last cell of a row names in backticks: journeys (`posts::pins::one_post_is_pinned`), or files whose own tests show it.
fn evidence(row: &str) -> Vec<&str> {
    let last = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
    last.split('`').skip(1).step_by(2).collect()
}

/// Whether there is such a journey, or such a file with tests.
fn is_there(name: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    if name.contains('/') {
        let file = root.join(name);
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        return file.extension().is_some_and(|kind| kind != "rs") && file.exists() || text.contains("test]");
    }
    let Some((module, test)) = name.rsplit_once("::") else {
        return false;
    };
    let module = root.join("tests/journeys").join(module.replace("::", "/"));
    [module.with_extension("rs"), module.join("mod.rs")]
        .iter()
        .any(|file| std::fs::read_to_string(file).is_ok_and(|text| text.contains(&format!("fn {test}("))))
}

#[test]
fn every_line_of_the_contract_names_tests_that_are_there() {
    let rows = CONTRACT.lines().filter(|line| {
        line.starts_with("| ") && !line.starts_with("| ---") && !line.starts_with("| the contract")
    });
    let wrong: Vec<String> = rows
        .filter_map(|row| {
            let evidence = evidence(row);
            let missing: Vec<&str> = evidence.iter().copied().filter(|name| !is_there(name)).collect();
            (evidence.is_empty() || !missing.is_empty()).then(|| format!("{row}\n  not there: {missing:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
