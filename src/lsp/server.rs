//! The server's state, and the loop that takes one message or one result after the other.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, select_biased, unbounded};
use lsp_server::{ErrorCode, Message, Request, RequestId, Response, ResponseError};
use lsp_types::{InitializeParams, MessageType, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::address;
use super::buffer::Buffer;
use super::client::{Client, folders, server_capabilities};
use super::configuration::{Broken, Configuration, Options};
use super::linting::{Event, Parked};
use super::preferences::Preferences;
use super::transport::{Incoming, Transport, rendered};
use super::worker::Worker;
use super::workspace::{FileReport, Held};

/// How the server ended.
#[derive(Debug)]
pub enum Ended {
    /// The editor said `shutdown` and `exit`.
    Orderly,
    /// The editor is gone without that.
    Abandoned,
    /// The streams broke, or the editor sent what is no message.
    Broken(io::Error),
}

/// Everything that the server knows.
pub struct Server {
    outgoing: Sender<Vec<u8>>,
    pub(super) client: Client,
    pub(super) configuration: Configuration,
    /// The folders that are open.
    pub(super) folders: Vec<PathBuf>,
    /// The open buffers by address.
    pub(super) buffers: HashMap<String, Buffer>,
    /// The last number of a text.
    pub(super) revision: u64,
    /// Counts how often the configuration was read.
    pub(super) generation: u64,
    /// Requests that wait until their buffer is analysed.
    pub(super) parked: Vec<Parked>,
    /// Requests that a worker or the editor has, so that each is answered once.
    pub(super) running: HashSet<RequestId>,
    /// Where workers put what they found.
    pub(super) events: Sender<Event>,
    /// For what has to be there within milliseconds.
    pub(super) quick: Worker,
    /// For what may take longer.
    pub(super) background: Worker,
    /// For walks over the workspace.
    pub(super) walker: Worker,
    /// Walks that go on, and how to end them.
    pub(super) walks: HashMap<RequestId, Arc<AtomicBool>>,
    /// Answers to requests for the workspace, as far as they are known.
    pub(super) collected: HashMap<RequestId, Vec<FileReport>>,
    /// Requests of ours that the editor has not answered yet.
    asked: HashMap<RequestId, Asked>,
    last_asked: i32,
    /// Whether pulled diagnostics have changed since they were pulled.
    pub(super) wants_refresh: bool,
    /// Broken configurations that the user was told of.
    pub(super) told: BTreeMap<PathBuf, Broken>,
    /// Files that are not open and have diagnostics that were pushed.
    pub(super) pushed: BTreeMap<PathBuf, Uri>,
    /// Buffers closed since the workspace was asked for. The editor forgets what it had of these.
    pub(super) closed: BTreeMap<PathBuf, Uri>,
    /// Requests for the diagnostics of the workspace that wait for a change.
    pub(super) held: Vec<Held>,
    /// Counts what can change the diagnostics of the workspace.
    pub(super) workspace_changes: u64,
    /// When those who wait for such a change are answered.
    pub(super) workspace_due: Option<Instant>,
    /// The count of the last answer.
    pub(super) workspace_answered: Option<u64>,
}

/// What we asked the editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Something whose answer says nothing.
    Anything,
    /// To refresh its diagnostics.
    Refresh,
    /// Its settings.
    Settings,
    /// To make an edit, for a command of the editor's.
    Edit(RequestId),
}

/// An answer that is not a result.
pub(super) struct Failure {
    pub code: ErrorCode,
    pub message: String,
    pub data: Option<Value>,
}

impl Failure {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Failure {
        Failure { code, message: message.into(), data: None }
    }

    /// A fault of newslint.
    pub fn broke_down() -> Failure {
        Failure::new(ErrorCode::InternalError, "newslint broke down on this request; this is a fault of newslint")
    }

    /// The text is another one meanwhile.
    pub fn stale() -> Failure {
        Failure::new(ErrorCode::ContentModified, "the text has changed")
    }
}

/// The parameters of a message.
pub(super) fn parameters<T: DeserializeOwned>(mut value: Value) -> Result<T, Failure> {
    address::make_strict(&mut value);
    serde_json::from_value(value).map_err(|error| Failure::new(ErrorCode::InvalidParams, error.to_string()))
}

/// Runs a server between two streams until one side ends it.
pub fn serve(options: Options, input: impl BufRead + Send + 'static, output: impl Write + Send + 'static) -> Ended {
    let transport = match Transport::start(input, output) {
        Ok(transport) => transport,
        Err(error) => return Ended::Broken(error),
    };
    let ended = match shake_hands(&transport, options) {
        Ok((mut server, results)) => server.run(&transport.incoming, &results),
        Err(ended) => ended,
    };
    match (transport.finish(), ended) {
        (Err(error), Ended::Abandoned) => Ended::Broken(error),
        (_, ended) => ended,
    }
}

/// Waits for `initialize`, and answers it.
fn shake_hands(transport: &Transport, options: Options) -> Result<(Server, Receiver<Event>), Ended> {
    let send = |message: Message| {
        let _ = transport.outgoing.send(rendered(&message));
    };
    loop {
        let message = match transport.incoming.recv() {
            Ok(Incoming::Message(message)) => message,
            Ok(Incoming::Garbage(answer)) => {
                let _ = transport.outgoing.send(answer);
                continue;
            }
            Err(_) => return Err(Ended::Abandoned),
        };
        match message {
            Message::Request(request) if request.method == "initialize" => {
                let parameters = match parameters::<InitializeParams>(request.params.clone()) {
                    Ok(parameters) => parameters,
                    Err(failure) => {
                        send(response(request.id, Err(failure)));
                        continue;
                    }
                };
                let (server, results) = Server::new(options, &request.params, &parameters, transport.outgoing.clone())
                    .map_err(Ended::Broken)?;
                let info = json!({"name": "newslint", "version": env!("CARGO_PKG_VERSION")});
                let result = json!({"capabilities": server_capabilities(&server.client), "serverInfo": info});
                send(response(request.id, Ok(result)));
                return Ok((server, results));
            }
            Message::Request(request) => {
                let failure = Failure::new(ErrorCode::ServerNotInitialized, "`initialize` comes first");
                send(response(request.id, Err(failure)));
            }
            Message::Notification(notification) if notification.method == "exit" => return Err(Ended::Abandoned),
            Message::Notification(_) | Message::Response(_) => {}
        }
    }
}

fn response(id: RequestId, result: Result<Value, Failure>) -> Message {
    let response_result = result.map_err(|failure| ResponseError {
        code: failure.code as i32,
        message: failure.message,
        data: failure.data,
    });
    Message::Response(Response { id, response_result })
}

impl Server {
    fn new(
        options: Options,
        raw: &Value,
        parameters: &InitializeParams,
        outgoing: Sender<Vec<u8>>,
    ) -> io::Result<(Server, Receiver<Event>)> {
        let (events, results) = unbounded();
        let folders = folders(parameters);
        let root = folders.first().cloned().map_or_else(std::env::current_dir, Ok)?;
        let given = parameters.initialization_options.as_ref().unwrap_or(&Value::Null);
        let (preferences, problems) = Preferences::read(given);
        let mut server = Server {
            outgoing,
            client: Client::new(raw, &parameters.capabilities),
            configuration: Configuration::new(options, preferences, root),
            folders,
            buffers: HashMap::new(),
            revision: 0,
            generation: 0,
            parked: Vec::new(),
            running: HashSet::new(),
            events,
            quick: Worker::start("lsp-quick")?,
            background: Worker::start("lsp-background")?,
            walker: Worker::start("lsp-walker")?,
            walks: HashMap::new(),
            collected: HashMap::new(),
            asked: HashMap::new(),
            last_asked: 0,
            wants_refresh: false,
            told: BTreeMap::new(),
            pushed: BTreeMap::new(),
            closed: BTreeMap::new(),
            held: Vec::new(),
            workspace_changes: 0,
            workspace_due: None,
            workspace_answered: None,
        };
        server.tell_problems(&problems);
        Ok((server, results))
    }

    fn run(&mut self, incoming: &Receiver<Incoming>, results: &Receiver<Event>) -> Ended {
        loop {
            let now = Instant::now();
            let wait = self.next_due().map_or(Duration::from_secs(3600), |due| due.saturating_duration_since(now));
            // What the editor says goes first: a result may be stale already.
            select_biased! {
                recv(incoming) -> message => match message {
                    Ok(Incoming::Message(Message::Request(request))) if request.method == "shutdown" => {
                        self.answer(request.id, Ok(Value::Null));
                        return self.wait_for_exit(incoming);
                    }
                    Ok(Incoming::Message(Message::Request(request))) => self.request(request),
                    Ok(Incoming::Message(Message::Notification(notification))) => {
                        if notification.method == "exit" {
                            return Ended::Abandoned;
                        }
                        self.notification(notification);
                    }
                    Ok(Incoming::Message(Message::Response(response))) => self.response(response),
                    Ok(Incoming::Garbage(answer)) => self.send(answer),
                    Err(_) => return Ended::Abandoned,
                },
                recv(results) -> event => if let Ok(event) = event { self.event(event) },
                default(wait) => {}
            }
            self.start_what_is_due(Instant::now());
            self.send_refresh();
        }
    }

    /// After `shutdown` only `exit` counts.
    fn wait_for_exit(&mut self, incoming: &Receiver<Incoming>) -> Ended {
        loop {
            match incoming.recv_timeout(Duration::from_secs(3600)) {
                Ok(Incoming::Message(Message::Request(request))) => {
                    let failure = Failure::new(ErrorCode::InvalidRequest, "the server is shutting down");
                    self.answer(request.id, Err(failure));
                }
                Ok(Incoming::Message(Message::Notification(notification))) if notification.method == "exit" => {
                    return Ended::Orderly;
                }
                Ok(Incoming::Garbage(answer)) => self.send(answer),
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                // It wanted us to end, and we do.
                Err(RecvTimeoutError::Disconnected) => return Ended::Orderly,
            }
        }
    }

    /// A request that a method of ours answers, now or later.
    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        if let Err(failure) = self.dispatch(id.clone(), &method, params) {
            self.answer(id, Err(failure));
        }
    }

    fn response(&mut self, response: Response) {
        let Some(asked) = self.asked.remove(&response.id) else { return };
        match (asked, response.response_result) {
            (Asked::Settings, Ok(Value::Array(values))) => {
                if let Some(value) = values.first() {
                    self.take_settings(value);
                }
            }
            (Asked::Settings, _) | (Asked::Anything | Asked::Refresh, _) => {}
            // Cancelled meanwhile.
            (Asked::Edit(id), _) if !self.running.contains(&id) => {}
            (Asked::Edit(id), Ok(answer)) => {
                let applied = answer.get("applied").and_then(Value::as_bool).unwrap_or(false);
                if !applied {
                    self.say(MessageType::WARNING, "the editor did not make the edit");
                }
                self.answer(id, Ok(Value::Null));
            }
            (Asked::Edit(id), Err(error)) => {
                self.answer(id, Err(Failure::new(ErrorCode::RequestFailed, error.message)));
            }
        }
    }

    fn send(&self, message: Vec<u8>) {
        // When nobody reads any more, the reader will end the loop.
        let _ = self.outgoing.send(message);
    }

    /// Answers a request.
    pub(super) fn answer(&mut self, id: RequestId, result: Result<Value, Failure>) {
        self.running.remove(&id);
        self.send(rendered(&response(id, result)));
    }

    /// Answers a request with something that is rendered as it is.
    pub(super) fn answer_with(&mut self, id: RequestId, result: impl Serialize) {
        #[derive(Serialize)]
        struct Answer<R> {
            id: RequestId,
            result: R,
        }
        self.running.remove(&id);
        self.send(rendered(&Answer { id, result }));
    }

    /// Tells the editor something.
    pub(super) fn notify(&self, method: &str, parameters: impl Serialize) {
        #[derive(Serialize)]
        struct Told<'m, P> {
            method: &'m str,
            params: P,
        }
        self.send(rendered(&Told { method, params: parameters }));
    }

    /// Asks the editor something.
    pub(super) fn ask(&mut self, method: &str, parameters: Value, asked: Asked) {
        self.last_asked += 1;
        let id = RequestId::from(self.last_asked);
        self.asked.insert(id.clone(), asked);
        self.send(rendered(&Message::Request(Request { id, method: method.to_owned(), params: parameters })));
    }

    /// Whether the editor owes an answer of this kind.
    pub(super) fn is_asked(&self, asked: &Asked) -> bool {
        self.asked.values().any(|known| known == asked)
    }

    /// Shows the user a message.
    pub(super) fn say(&self, kind: MessageType, message: &str) {
        self.notify("window/showMessage", json!({"type": kind, "message": format!("newslint: {message}")}));
    }

    /// Puts a message into the editor's log.
    pub(super) fn log(&self, kind: MessageType, message: &str) {
        self.notify("window/logMessage", json!({"type": kind, "message": message}));
    }

    /// Shows what is wrong with settings.
    pub(super) fn tell_problems(&mut self, problems: &[String]) {
        for problem in problems {
            self.say(MessageType::WARNING, problem);
        }
    }

    /// A number that no text had.
    pub(super) fn next_revision(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }

    /// The buffer of an address.
    pub(super) fn buffer(&self, uri: &Uri) -> Result<&Buffer, Failure> {
        let missing = || Failure::new(ErrorCode::InvalidParams, format!("{} is not open", uri.as_str()));
        self.buffers.get(uri.as_str()).ok_or_else(missing)
    }
}
