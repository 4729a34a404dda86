//! An editor for tests and benchmarks: it talks to a real `newslint lsp`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use serde_json::{Value, json};

/// An editor with a server of its own.
pub struct Editor {
    server: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    last_id: u64,
    /// What the server asked or told while something else was waited for.
    pub heard: Vec<Value>,
}

impl Editor {
    /// Starts a server for a folder, with these capabilities.
    pub fn start(folder: &Path, capabilities: Value) -> Editor {
        let mut server = Command::new(env!("CARGO_BIN_EXE_newslint"))
            .arg("lsp")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let input = server.stdin.take();
        let output = BufReader::new(server.stdout.take().expect("a pipe"));
        let mut editor = Editor { server, input, output, last_id: 0, heard: Vec::new() };
        let folders = json!([{"uri": address(folder), "name": "corpus"}]);
        editor.ask("initialize", json!({"capabilities": capabilities, "workspaceFolders": folders, "processId": null}));
        editor.tell("initialized", json!({}));
        editor
    }

    /// Sends bytes as they are.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the stream is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends a notification.
    pub fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request and gives its number.
    pub fn request(&mut self, method: &str, params: Value) -> u64 {
        self.last_id += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}));
        self.last_id
    }

    /// Sends a request and gives the answer.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        self.answer_to(id)
    }

    /// Waits for the answer to a request.
    pub fn answer_to(&mut self, id: u64) -> Value {
        self.wait(|message| message["id"] == id && message.get("method").is_none())
    }

    /// Waits for the diagnostics of this version of a text.
    pub fn diagnostics(&mut self, uri: &str, version: i64) -> Vec<Value> {
        let is_it = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"] == version
        };
        self.wait(is_it)["params"]["diagnostics"].as_array().cloned().unwrap_or_default()
    }

    /// Waits for a message; what comes before is kept, and what the server asks is agreed to.
    pub fn wait(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.read();
            if is_it(&message) {
                return message;
            }
            if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
                let answer = json!({"jsonrpc": "2.0", "id": id, "result": {"applied": true}});
                self.send(&answer);
            }
            self.heard.push(message);
        }
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            let count = self.output.read_line(&mut line).expect("the server writes");
            assert!(count > 0, "the server is gone; it said before: {:?}", self.heard.last());
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", value)) => length = value.parse().expect("a length"),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("a whole message");
        serde_json::from_slice(&body).expect("JSON")
    }

    /// Opens a text.
    pub fn open(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Changes a text: line and column of the start and of the end, and what comes between.
    pub fn change(&mut self, uri: &str, version: i64, start: (u64, u64), end: (u64, u64), text: &str) {
        let range = json!({"start": position(start), "end": position(end)});
        let changes = json!([{"range": range, "text": text}]);
        self.tell(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": changes}),
        );
    }

    /// Ends the server in order.
    pub fn end(mut self) -> ExitStatus {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.server.wait().expect("the server ends")
    }

    /// Closes the stream, as an editor that breaks down does.
    pub fn vanish(mut self) -> ExitStatus {
        self.input = None;
        self.server.wait().expect("the server ends")
    }
}

/// A place in the protocol.
pub fn position((line, character): (u64, u64)) -> Value {
    json!({"line": line, "character": character})
}

/// The address of a path.
pub fn address(path: &Path) -> String {
    format!("file://{}", path.display())
}
