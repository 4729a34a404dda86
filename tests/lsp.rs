//! `newslint lsp` as an editor uses it.

#[allow(dead_code, reason = "each test and benchmark uses a part of it")]
mod editor;

use std::fs;
use std::path::Path;
use std::process::Command;

use editor::{Editor, address, position};
use serde_json::{Value, json};

/// Two junk lines, a wrong name, and prose between them.
const STORY: &str = "The bridge reopened on Monday.\n\nLeave a Reply\n\nSecretary of State Anthony Blinken met Chinese President Xi Jingping in Beijing on Monday.\n\nSubscribe to unlock\n";

/// The rules and ranges of diagnostics.
fn spots(diagnostics: &[Value]) -> Vec<(String, Value, Value)> {
    let spot = |diagnostic: &Value| {
        let range = &diagnostic["range"];
        (diagnostic["code"].as_str().unwrap_or_default().to_owned(), range["start"].clone(), range["end"].clone())
    };
    diagnostics.iter().map(spot).collect()
}

/// What `newslint check` finds in a file, as the protocol counts with UTF-32.
fn checked(path: &Path) -> Vec<(String, Value, Value)> {
    let output = Command::new(env!("CARGO_BIN_EXE_newslint"))
        .args(["check", "--isolated", "--no-cache", "--format", "jsonl"])
        .arg(path)
        .output()
        .expect("newslint runs");
    let place = |value: &Value| {
        let count = |key: &str| value[key].as_u64().unwrap_or_default() - 1;
        position((count("line"), count("column")))
    };
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    let findings = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let spot = |finding: Value| {
        (finding["rule"].as_str().unwrap_or_default().to_owned(), place(&finding["start"]), place(&finding["end"]))
    };
    findings.map(spot).collect()
}

fn utf32() -> Value {
    json!({"general": {"positionEncodings": ["utf-32"]}})
}

#[test]
fn the_editor_shows_what_check_finds() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let folder = tempfile::tempdir().unwrap();
    let mut editor = Editor::start(folder.path(), utf32());
    for entry in fs::read_dir(seeds).unwrap() {
        let path = entry.unwrap().path();
        // A copy: the seeds' own folder has a configuration.
        let copy = folder.path().join(path.file_name().unwrap());
        fs::copy(&path, &copy).unwrap();
        let uri = address(&copy);
        editor.open(&uri, "plaintext", &fs::read_to_string(&copy).unwrap());
        let shown = spots(&editor.diagnostics(&uri, 1));
        assert!(!shown.is_empty());
        assert_eq!(shown, checked(&copy), "{}", copy.display());
    }
    assert!(editor.end().success());
}

#[test]
fn records_are_fixed_in_their_raw_text() {
    let folder = tempfile::tempdir().unwrap();
    let record = |text: &str| format!("{}\n", json!({"id": "é\"1\"", "text": text}));
    let path = folder.path().join("corpus.jsonl");
    let uri = address(&path);
    let text = [record("“All is well,” he said.\nThe end came."), record(STORY), record("No.")].concat();
    fs::write(&path, &text).unwrap();
    let mut editor = Editor::start(folder.path(), utf32());
    editor.open(&uri, "jsonl", &text);
    let diagnostics = editor.diagnostics(&uri, 1);
    assert_eq!(spots(&diagnostics), checked(&path));
    let subscribe = diagnostics.iter().find(|diagnostic| diagnostic["range"]["start"]["line"] == 1).unwrap();
    let context = json!({"diagnostics": [subscribe], "only": ["source.fixAll"]});
    let range = json!({"start": position((0, 0)), "end": position((2, 0))});
    // An editor that knows code actions as such.
    editor.end();
    let literals = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}});
    let capabilities = json!({"general": {"positionEncodings": ["utf-32"]}, "textDocument": {"codeAction": literals}});
    let mut editor = Editor::start(folder.path(), capabilities);
    editor.open(&uri, "jsonl", &text);
    let parameters = json!({"textDocument": {"uri": uri}, "range": range, "context": context});
    let actions = editor.ask("textDocument/codeAction", parameters)["result"].clone();
    let edits = actions[0]["edit"]["changes"][&uri].as_array().cloned().unwrap();
    let fixed = edited(&text, &edits);
    let status = Command::new(env!("CARGO_BIN_EXE_newslint")).arg("fix").arg(&path).output().unwrap();
    assert_eq!(fixed, fs::read_to_string(&path).unwrap(), "{status:?}");
    assert_ne!(fixed, text);
    editor.end();
}

/// A text with edits of the protocol applied, counted in UTF-32.
fn edited(text: &str, edits: &[Value]) -> String {
    let place = |position: &Value| {
        let (line, column) =
            (position["line"].as_u64().expect("a line"), position["character"].as_u64().expect("a column"));
        let start: usize = text.split_inclusive('\n').take(line as usize).map(str::len).sum();
        start + text[start..].chars().take(column as usize).map(char::len_utf8).sum::<usize>()
    };
    let mut edits: Vec<_> = edits
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (place(&range["start"]), place(&range["end"]), edit["newText"].as_str().expect("text").to_owned())
        })
        .collect();
    edits.sort();
    let mut text = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        text.replace_range(start..end, &new);
    }
    text
}

#[test]
fn every_keystroke_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let uri = address(&folder.path().join("story.txt"));
    let mut editor = Editor::start(folder.path(), utf32());
    editor.open(&uri, "plaintext", "Leave a Repl\n");
    assert_eq!(editor.diagnostics(&uri, 1), Vec::<Value>::new());
    editor.change(&uri, 2, (0, 12), (0, 12), "y");
    assert_eq!(spots(&editor.diagnostics(&uri, 2))[0].0, "boilerplate/comment-form");
    // Joined with the next line, and an emoji before it, whose columns count.
    editor.change(&uri, 3, (0, 0), (0, 0), "😀 It said:\n\n");
    let [spot] = &spots(&editor.diagnostics(&uri, 3))[..] else { panic!() };
    assert_eq!((&spot.1, &spot.2), (&position((2, 0)), &position((2, 13))));
    editor.change(&uri, 4, (0, 11), (2, 0), "");
    assert_eq!(editor.diagnostics(&uri, 4), Vec::<Value>::new());
    editor.tell("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    assert!(editor.end().success());
}

#[test]
fn a_broken_configuration_is_shown_and_the_good_one_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (configuration, uri) = (folder.path().join("lint.toml"), address(&folder.path().join("story.txt")));
    fs::write(&configuration, "ignore = [\"paywall\"]\n").unwrap();
    let mut editor = Editor::start(folder.path(), utf32());
    editor.open(&uri, "plaintext", STORY);
    let good = spots(&editor.diagnostics(&uri, 1));
    assert!(good.iter().all(|spot| !spot.0.starts_with("paywall")) && !good.is_empty());
    fs::write(&configuration, "ignore = [\"paywall\"]\nselct = []\n").unwrap();
    let changed = json!({"changes": [{"uri": address(&configuration), "type": 2}]});
    editor.tell("workspace/didChangeWatchedFiles", changed.clone());
    let of_file = |message: &Value| message["params"]["uri"] == address(&configuration);
    let broken = editor.wait(of_file)["params"]["diagnostics"].clone();
    assert_eq!(broken[0]["range"], json!({"start": position((1, 0)), "end": position((1, 5))}));
    assert_eq!(spots(&editor.diagnostics(&uri, 1)), good);
    assert!(editor.heard.iter().any(|message| message["method"] == "window/showMessage"), "{:?}", editor.heard);
    fs::write(&configuration, "").unwrap();
    editor.tell("workspace/didChangeWatchedFiles", changed);
    assert_eq!(editor.wait(of_file)["params"]["diagnostics"], json!([]));
    assert!(editor.diagnostics(&uri, 1).len() > good.len());
    editor.end();
}

#[test]
fn commands_write_lint_toml() {
    let folder = tempfile::tempdir().unwrap();
    let (configuration, uri) = (folder.path().join("lint.toml"), address(&folder.path().join("story.txt")));
    let mut editor = Editor::start(folder.path(), utf32());
    editor.open(&uri, "plaintext", STORY);
    let diagnostics = editor.diagnostics(&uri, 1);
    let first = diagnostics[0]["data"]["fingerprint"].clone();
    let command = |command: &str, argument: Value| json!({"command": command, "arguments": [argument]});
    let ignore = command("newslint.ignore", json!({"uri": uri, "fingerprint": first, "reason": "a quotation"}));
    assert_eq!(editor.ask("workspace/executeCommand", ignore.clone())["result"], Value::Null);
    assert!(fs::read_to_string(&configuration).unwrap().contains("reason = \"a quotation\""));
    let accept = command("newslint.acceptName", json!({"uri": uri, "name": "Jingping"}));
    assert_eq!(editor.ask("workspace/executeCommand", accept)["result"], Value::Null);
    let text = fs::read_to_string(&configuration).unwrap();
    assert!(text.contains("accept = [\"Jingping\"]"), "{text}");
    // A request behind both is answered from what holds now.
    editor.change(&uri, 2, (0, 0), (0, 0), "");
    let left = editor.diagnostics(&uri, 2);
    assert_eq!(left.len(), diagnostics.len() - 2, "{left:?}");
    assert!(editor.ask("workspace/executeCommand", ignore)["error"]["message"].is_string());
    editor.end();
}

#[test]
fn an_editor_that_pulls_is_not_pushed_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("story.txt");
    fs::write(&path, STORY).unwrap();
    fs::write(folder.path().join("clean.txt"), "The bridge reopened on Monday.\n").unwrap();
    let uri = address(&path);
    let refresh = json!({"diagnostics": {"refreshSupport": true}});
    let mut editor = Editor::start(folder.path(), json!({"textDocument": {"diagnostic": {}}, "workspace": refresh}));
    let all = editor.ask("workspace/diagnostic", json!({"previousResultIds": []}))["result"]["items"].clone();
    assert_eq!(all.as_array().map(Vec::len), Some(1), "{all}");
    let known = json!({"previousResultIds": [{"uri": uri, "value": all[0]["resultId"]}]});
    let again = editor.ask("workspace/diagnostic", known)["result"]["items"].clone();
    assert_eq!(again[0]["kind"], "unchanged");
    editor.open(&uri, "plaintext", STORY);
    let pull = json!({"textDocument": {"uri": uri}});
    let report = editor.ask("textDocument/diagnostic", pull)["result"].clone();
    assert_eq!((&report["kind"], &report["items"]), (&json!("full"), &all[0]["items"]));
    let again = json!({"textDocument": {"uri": uri}, "previousResultId": report["resultId"]});
    assert_eq!(editor.ask("textDocument/diagnostic", again)["result"]["kind"], "unchanged");
    assert!(editor.heard.iter().all(|message| message["method"] != "textDocument/publishDiagnostics"));
    editor.end();
}

/// So many paragraphs, no two alike, with blank lines between.
fn prose(paragraphs: usize) -> String {
    const WORDS: [&str; 16] = [
        "bridge", "river", "council", "market", "harbour", "school", "winter", "engine", "garden", "village", "letter",
        "doctor", "station", "mountain", "library", "kitchen",
    ];
    let mut state = 1_u64;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        WORDS[(state >> 60) as usize]
    };
    (0..paragraphs)
        .map(|_| {
            let middle: Vec<&str> = (0..12).map(|_| word()).collect();
            format!("The {} was closed.\n\n", middle.join(" and the "))
        })
        .collect()
}

#[test]
fn what_is_near_comes_before_the_rest_of_a_large_file() {
    let folder = tempfile::tempdir().unwrap();
    let uri = address(&folder.path().join("large.txt"));
    let text = format!("Leave a Reply\n\n{}Subscribe to unlock\n", prose(20_000));
    let mut editor = Editor::start(folder.path(), utf32());
    editor.open(&uri, "plaintext", &text);
    let lines = |diagnostics: &[Value]| -> Vec<u64> {
        diagnostics.iter().filter_map(|diagnostic| diagnostic["range"]["start"]["line"].as_u64()).collect()
    };
    let last = text.lines().count() as u64 - 1;
    let near = lines(&editor.diagnostics(&uri, 1));
    assert!(near.contains(&0) && !near.contains(&last), "{near:?}");
    while !lines(&editor.diagnostics(&uri, 1)).contains(&last) {}
    // Typing in the middle shows what is there, and keeps what is known of the rest.
    editor.change(&uri, 2, (20_000, 0), (20_000, 0), "Leave a Reply\n\n");
    let shown = lines(&editor.diagnostics(&uri, 2));
    assert!(shown.contains(&20_000) && shown.contains(&(last + 2)), "{shown:?}");
    editor.end();
}

#[test]
fn garbage_is_answered_and_the_end_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut editor = Editor::start(folder.path(), json!({}));
    editor.send_bytes(b"Content-Length: 9\r\n\r\n{nonsense");
    assert_eq!(
        editor.wait(|message| message["id"].is_null() && message.get("error").is_some())["error"]["code"],
        -32700
    );
    assert_eq!(editor.ask("textDocument/hover", json!({"x": 1}))["error"]["code"], -32602);
    assert_eq!(editor.ask("no/such", json!({}))["error"]["code"], -32601);
    assert_eq!(editor.vanish().code(), Some(1));
    let mut editor = Editor::start(folder.path(), json!({}));
    editor.ask("shutdown", Value::Null);
    assert_eq!(editor.ask("textDocument/hover", json!({}))["error"]["code"], -32600);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.vanish().code(), Some(0));
    let mut editor = Editor::start(folder.path(), json!({}));
    editor.send_bytes(b"hello\r\n\r\n");
    assert_eq!(editor.vanish().code(), Some(2));
}
