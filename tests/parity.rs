//! `fix_encoding` beside ftfy's own results, where the recorded cases stand beside the checkout.

use newslint::mojibake::{badness, damages, fix_encoding};
use serde_json::Value;

/// Recorded results of ftfy 6.3.1, one case a line.
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/encoding/ftfy_parity_dev.jsonl");

#[test]
fn every_repair_is_that_of_ftfy() {
    let Ok(text) = std::fs::read_to_string(CASES) else {
        println!("skipped: the recorded results of ftfy are not here");
        return;
    };
    let cases: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a case is JSON")).collect();
    let string = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut unequal = Vec::new();
    let mut false_alarms = Vec::new();
    for case in &cases {
        let (text, fixed) = (string(&case["text"]), string(&case["ftfy"]["fix_encoding"]));
        let count = case["ftfy"]["badness"].as_u64().expect("a number");
        if fix_encoding(&text) != fixed || badness(&text) as u64 != count {
            unequal.push(string(&case["id"]));
        }
        // Text that was damaged on purpose is damaged, whether ftfy sees it or not.
        let is_sound = text == fixed && case["corrupted_from"].is_null();
        if is_sound && text.lines().any(|line| damages(line).iter().any(|damage| damage.exact)) {
            false_alarms.push(string(&case["id"]));
        }
    }
    assert!(cases.len() > 1000);
    assert!(unequal.is_empty(), "{} of {} differ: {unequal:?}", unequal.len(), cases.len());
    assert!(false_alarms.is_empty(), "{false_alarms:?}");
}
