//! `sarif`: SARIF 2.1.0, for GitHub code scanning, Azure DevOps, editors and archives of findings.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>. One run; results come first,
//! because they are written while the run goes on, and the tool with all rules last: viewers list
//! the rules that found nothing, too, and all of them take some 90 KB. Results name their rule by id, since
//! the rules' order is known only at the end.

use serde_json::{Value, json};

use super::json::{value, write_record};
use super::location::{Region, is_applicable, located, message, qualified_name};
use super::{HOME_PAGE, RuleInfo, RunSummary};
use crate::document::{Document, Origin, Place, Span};
use crate::finding::{Finding, Fix, Severity, fingerprints};

/// Longest text of a finding that is repeated in the report, in bytes; a snippet must be whole.
const LONGEST_SNIPPET: usize = 1_000;

/// The name of the folder that paths are relative to.
const BASE: &str = "%SRCROOT%";

/// What comes before the first document.
pub fn head() -> String {
    let base = json!({BASE: {"description": {"text": "The folder that newslint was run in."}}});
    format!(
        "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{{\
         \"columnKind\":\"utf16CodeUnits\",\"newlineSequences\":[\"\\r\\n\",\"\\n\",\"\\r\"],\
         \"originalUriBaseIds\":{base},\"results\":[\n"
    )
}

/// Writes a result for each finding, with `,` between them.
pub fn render(document: &Document, findings: &[Finding], out: &mut Vec<u8>) {
    for (index, (finding, fingerprint)) in findings.iter().zip(fingerprints(document, findings)).enumerate() {
        if index > 0 {
            out.extend_from_slice(b",\n");
        }
        let mut result = json!({
            "ruleId": finding.rule.as_str(),
            "level": level(finding.severity),
            "message": {"text": plain(&message(document, finding))},
            "locations": [location(document, finding.span)],
            "partialFingerprints": {"newslint/v1": String::from_utf8_lossy(&fingerprint)},
        });
        if document.record().is_some() {
            let mut record = Vec::new();
            write_record(document.record(), &mut record);
            let record: Value = serde_json::from_slice(&record).unwrap_or_default();
            result["properties"] = json!({"record": record});
        }
        if !finding.related.is_empty() {
            let related = finding.related.iter().map(|related| {
                let mut location = location(document, related.span);
                location["message"] = json!({"text": plain(&located(document, related.span, &related.message))});
                location
            });
            result["relatedLocations"] = related.collect();
        }
        if let Some(fix) = finding.fix.as_ref().filter(|fix| is_applicable(document, fix)) {
            result["fixes"] = json!([write_fix(document, fix)]);
        }
        value(&result, out);
    }
}

/// What comes behind the last document.
pub fn tail(run: &RunSummary<'_>, out: &mut Vec<u8>) {
    let driver = json!({
        "name": "newslint",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": HOME_PAGE,
        "rules": run.rules.iter().map(rule).collect::<Value>(),
    });
    out.extend_from_slice(b"\n],\"tool\":{\"driver\":");
    value(&driver, out);
    out.extend_from_slice(b"},\"invocations\":");
    value(&json!([{"executionSuccessful": run.is_complete}]), out);
    out.extend_from_slice(b"}]}\n");
}

/// A rule, with what `newslint explain` says of it.
fn rule(rule: &RuleInfo<'_>) -> Value {
    let why = rule.why.trim();
    let first = why.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    json!({
        "id": rule.id.as_str(),
        "shortDescription": {"text": plain(rule.summary)},
        "fullDescription": {"text": plain(&first)},
        "help": {"text": plain(why), "markdown": doubled(why)},
        "helpUri": HOME_PAGE,
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {"tags": [rule.id.family()]},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// A text that must not be taken for links or placeholders (sections 3.11.5 and 3.11.6).
fn plain(text: &str) -> String {
    doubled(text).replace("](", "] (")
}

fn doubled(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

fn location(document: &Document, span: Span) -> Value {
    // GitHub takes no result without a region, so where there is none it is the beginning of the file.
    let region = Region::of(document, span).map_or_else(
        || lines(Region { start: Place::START, end: Place::START }),
        |region| described(document, span, region),
    );
    let mut location = json!({"physicalLocation": {"artifactLocation": artifact(document.name()), "region": region}});
    if let Some(record) = document.record() {
        let (name, full) = (record.label(), qualified_name(document));
        location["logicalLocations"] = json!([{"name": name, "fullyQualifiedName": full, "kind": "record"}]);
    }
    location
}

/// A file: relative to the folder of the run, or an absolute address.
fn artifact(name: &str) -> Value {
    let has_drive = cfg!(windows) && name.as_bytes().get(1) == Some(&b':');
    match (name.starts_with('/'), has_drive) {
        (true, _) => json!({"uri": format!("file://{}", percent_encoded(name))}),
        (_, true) => json!({"uri": format!("file:///{}:{}", &name[..1], percent_encoded(&name[2..]))}),
        _ => json!({"uri": percent_encoded(name), "uriBaseId": BASE}),
    }
}

/// A path as a URI has it (RFC 3986, unreserved characters and slashes stay).
fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte.into()),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Lines and UTF-16 columns of a region.
fn lines(region: Region) -> Value {
    let Region { start, end } = region;
    json!({
        "startLine": start.line,
        "startColumn": start.utf16_column,
        "endLine": end.line,
        "endColumn": end.utf16_column,
    })
}

/// A region with what stands there: in a file of one document its text, and bytes where the file is UTF-8.
fn described(document: &Document, span: Span, region: Region) -> Value {
    let mut out = lines(region);
    if document.record().is_some() {
        return out;
    }
    if matches!(document.origin(), Origin::Identity | Origin::Shifted(_)) {
        out["byteOffset"] = region.start.byte.into();
        out["byteLength"] = (region.end.byte - region.start.byte).into();
    }
    let text = document.slice(span);
    if text.len() <= LONGEST_SNIPPET {
        out["snippet"] = json!({"text": text});
    }
    out
}

/// A fix that can be applied to the raw file.
fn write_fix(document: &Document, fix: &Fix) -> Value {
    let replacements = fix.edits.iter().filter_map(|edit| {
        let region = lines(Region::of(document, edit.span)?);
        Some(json!({"deletedRegion": region, "insertedContent": {"text": edit.replacement}}))
    });
    let description = format!("{} ({})", plain(&super::escape::visible(&fix.message)), fix.safety.name());
    json!({
        "description": {"text": description},
        "artifactChanges": [{
            "artifactLocation": artifact(document.name()),
            "replacements": replacements.collect::<Value>(),
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Format;
    use crate::report::samples::{Sample, all, hostile, in_json, in_parquet, in_zip, plain as sample, report};

    fn read(samples: &[Sample], is_complete: bool) -> Value {
        let mut log: Value = serde_json::from_str(&report(Format::Sarif, samples, is_complete)).unwrap();
        log["runs"][0].take()
    }

    #[test]
    fn a_finding_in_a_file() {
        let run = read(&[sample()], true);
        let mut result = run["results"][0].clone();
        assert_eq!(result["partialFingerprints"]["newslint/v1"].take().as_str().unwrap().len(), 32);
        let file = json!({"uri": "a%20b/100%25.txt", "uriBaseId": "%SRCROOT%"});
        let region =
            |start: u32, end: u32| json!({"startLine": 1, "startColumn": start, "endLine": 1, "endColumn": end});
        let with_bytes = |start: u32, end: u32| {
            let mut region = region(start, end);
            region["byteOffset"] = (start - 1).into();
            region["byteLength"] = (end - start).into();
            region["snippet"] = json!({"text": "the"});
            region
        };
        let wanted = json!({
            "ruleId": "structure/repeated-word", "level": "warning", "message": {"text": "`the` twice"},
            "locations": [{"physicalLocation": {"artifactLocation": file, "region": with_bytes(5, 8)}}],
            "relatedLocations": [{
                "physicalLocation": {"artifactLocation": file, "region": with_bytes(1, 4)},
                "message": {"text": "first here"},
            }],
            "fixes": [{
                "description": {"text": "delete the second one (unsafe)"},
                "artifactChanges": [{"artifactLocation": file, "replacements": [
                    {"deletedRegion": region(4, 8), "insertedContent": {"text": ""}}]}],
            }],
            "partialFingerprints": {"newslint/v1": null},
        });
        assert_eq!(result, wanted);
        let rule = &run["tool"]["driver"]["rules"][0];
        assert_eq!(rule["id"], "structure/repeated-word");
        assert_eq!(rule["fullDescription"]["text"], "First paragraph, second line.");
        assert_eq!(rule["properties"]["tags"], json!(["structure"]));
    }

    #[test]
    fn records_are_logical_locations() {
        let run = read(&[in_json(), in_parquet(), in_zip()], true);
        let [json, parquet, zip] = [0, 1, 2].map(|index| &run["results"][index]);
        let region = json!({"startLine": 7, "startColumn": 14, "endLine": 7, "endColumn": 17});
        assert_eq!(json["locations"][0]["physicalLocation"]["region"], region);
        let logical = json!([{"name": "doc-7", "fullyQualifiedName": "c.jsonl{doc-7}", "kind": "record"}]);
        assert_eq!(json["locations"][0]["logicalLocations"], logical);
        assert_eq!(json["properties"]["record"], json!({"index": 7, "id": "doc-7"}));
        assert!(json["fixes"].is_array());
        for result in [parquet, zip] {
            let region = json!({"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1});
            assert_eq!(result["locations"][0]["physicalLocation"]["region"], region);
            assert_eq!(result["fixes"], Value::Null);
            assert!(result["message"]["text"].as_str().unwrap().starts_with("record `"));
            assert!(result["relatedLocations"][0]["message"]["text"].as_str().unwrap().ends_with("1:1: first here"));
        }
    }

    #[test]
    fn hostile_text_makes_no_link_and_no_placeholder() {
        let run = read(&[hostile()], true);
        let result = &run["results"][0];
        let message = result["message"]["text"].as_str().unwrap();
        assert!(message.contains("{{0}} [x] (http://e)"), "{message}");
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("x%0A%60%60%1B%5B2J%E2%80%AE") && uri.is_ascii() && !uri.contains(' '), "{uri}");
        let raw = report(Format::Sarif, &all(), true);
        assert!(!raw.contains(|c: char| c != '\n' && crate::report::escape::is_hostile(c)), "{raw}");
    }

    #[test]
    fn paths_are_addresses() {
        assert_eq!(artifact("/a b/ü:?.txt"), json!({"uri": "file:///a%20b/%C3%BC%3A%3F.txt"}));
        assert_eq!(artifact("../a"), json!({"uri": "../a", "uriBaseId": "%SRCROOT%"}));
    }

    #[test]
    fn an_empty_run_has_no_results() {
        let run = read(&[], false);
        assert_eq!(run["results"], json!([]));
        assert_eq!(run["invocations"], json!([{"executionSuccessful": false}]));
        assert_eq!(read(&[], true)["invocations"][0]["executionSuccessful"], true);
    }
}
