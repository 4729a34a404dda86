//! Statements of scripts, JSON, and variables that a program printed.

use super::{Kind, Piece, Spot, block};

/// Bytes looked back for the begin of a statement.
const REACH: usize = 300;

/// What statements of page scripts begin with, up to the first full stop, bracket or blank; sorted.
const ROOTS: [&str; 39] = [
    "$",
    "FB",
    "OBR",
    "OBR$",
    "PWT",
    "Sailthru",
    "__tcfapi",
    "_comscore",
    "_gaq",
    "_hmt",
    "_paq",
    "_sf_async_config",
    "_taboola",
    "adsbygoogle",
    "apntag",
    "apstag",
    "atOptions",
    "blockAdBlock",
    "cmpCallback",
    "console",
    "dataLayer",
    "disqus_config",
    "document",
    "fbq",
    "ga",
    "googletag",
    "gtag",
    "instgrm",
    "jQuery",
    "jwplayer",
    "lazySizes",
    "localStorage",
    "moatads",
    "pbjs",
    "playerInstance",
    "sas_ajax",
    "setTimeout",
    "twttr",
    "window",
];

/// Whether a byte can stand in a name of a script.
pub fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

/// `name = …`, where the name or the word before it belongs to a script.
pub fn assignment(spot: Spot<'_>) -> Option<Piece> {
    let behind = spot.text.as_bytes().get(spot.at + 1);
    let before = near(spot.before());
    if matches!(behind, Some(b'=' | b'>')) || before.ends_with(['=', '!', '<', '>', '+', '-']) {
        return None;
    }
    let (start, chain) = chain(spot, before.trim_end())?;
    let value = spot.ahead(REACH)[1..].trim_start();
    let spaced = spot.ahead(2).len() == 1 || spot.ahead(2).ends_with(' ');
    let keyword = declares(&spot.text[spot.from..start]);
    let is_value = value.starts_with(['{', '[', '"', '\'', '(', '$', '_', '!', '/', '-'])
        || value.starts_with(|c: char| c.is_ascii_digit())
        || ["function", "new ", "window", "document", "null", "true", "false", "undefined", "async ", "await "]
            .iter()
            .any(|word| value.starts_with(word))
        || value
            .split_once(';')
            .is_some_and(|(value, _)| value.contains(['(', '[', '|', '.']) && !value.contains(". "));
    // `?location=UK` is a part of an address.
    let word = near(&spot.text[spot.from..start]).rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_apart = !word.contains("://") && !word.ends_with(['?', '&', '/', '-', '#', '@', '%', ':']);
    // `window`, `document` and `console` are words of ours, too.
    let is_own = chain.contains(['.', '[']) || !matches!(chain, "window" | "document" | "console" | "ga");
    let line = spot.text[start..spot.line.end as usize].trim_end();
    let ends = line.ends_with([';', '{', '[', '(', ',']);
    let is_statement = match keyword {
        Some("var" | "const") => is_value || ends,
        // `Let x = 5` is what mathematicians say.
        Some(_) => is_value && ends,
        None if is_known(chain) => is_apart && is_own && (is_value || spaced && ends),
        // Any other name, where the line is nothing but a statement.
        None => ends && spaced && spot.begins_line(start) && chain.contains(['.', '_', '$']) && is_value,
    };
    is_statement.then(|| {
        let start = keyword.map_or(start, |word| spot.text[..start].trim_end().len() - word.len());
        script(spot, opened_before(spot, start), is_known(chain) || keyword.is_some())
    })
}

/// `gtag('js', …)`, `googletag.cmd.push(…`, `loadVideo('12');` on a line of its own.
pub fn call(spot: Spot<'_>) -> Option<Piece> {
    let before = near(spot.before());
    let inside = spot.ahead(REACH)[1..].trim_start();
    if before.is_empty() || !before.ends_with(|c: char| c.is_ascii() && is_name(c as u8)) {
        let opens =
            ["adsbygoogle", "function(", "function (", "() =>", "()=>"].iter().any(|word| inside.starts_with(word));
        let is_own = before.is_empty() || before.ends_with([' ', ';', '.', '}', '>', '!', '\t']);
        return (opens && is_own).then(|| {
            let start = spot.at - before.len() + before.trim_end_matches(['!', ';']).len();
            script(spot, start, true)
        });
    }
    let (start, chain) = chain(spot, before)?;
    let is_argument = inside.starts_with(['"', '\'', '{', '[', '$', '#', '!']) || inside.starts_with("function");
    let has_code = is_argument || inside.starts_with([')', '(']) || inside.contains(");") || inside.is_empty();
    if is_known(chain) {
        // `window(s)`, `document (PDF)` are words.
        let is_code = if chain.contains('.') {
            has_code || inside.contains(')')
        } else {
            is_argument || inside.starts_with("document)")
        };
        return (is_code && !matches!(inside.as_bytes(), [b's', b')', ..]))
            .then(|| script(spot, opened_before(spot, start), true));
    }
    if chain == "function" || declares_function(&spot.text[spot.from..start]).is_some() {
        return None;
    }
    let line = spot.text[spot.at..spot.line.end as usize].trim_end();
    let is_own = spot.begins_line(start) && (line.ends_with(");") || line.ends_with("({") || line.ends_with(") {"));
    let is_keyword = matches!(chain, "if" | "for" | "while" | "switch");
    let is_telling =
        is_argument || inside.starts_with(')') && chain.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'.');
    (is_own && !is_keyword && is_telling && !chain.contains("..")).then(|| script(spot, start, false))
}

/// `function name(…) {`, `if (…) {`, `=> {`, `try {`.
pub fn opened(spot: Spot<'_>) -> Option<Piece> {
    let before = near(spot.before());
    let head = before.trim_end();
    let offset = spot.at - before.len();
    if let Some(arguments) = head.strip_suffix(')') {
        let open = arguments.rfind('(')?;
        let name = arguments[..open].trim_end();
        if let Some(start) = declares_function(name) {
            return Some(script(spot, opened_before(spot, offset + start), true));
        }
        // Conditions hold calls, so their bracket is looked for from the line's begin.
        let words = ["if", "for", "while", "switch", "} else if", "}else if", "} catch", "}catch"];
        let line = before.trim_start();
        let condition = words.iter().find_map(|word| line.strip_prefix(word));
        let body = spot.ahead(REACH)[1..].trim();
        let starts = condition.is_some_and(|rest| {
            let is_code = rest.contains(['=', '<', '>', '!', '.', '&']) || body.is_empty() || body.contains([';', '(']);
            rest.trim_start().starts_with('(') && is_code
        });
        let start = spot.at - line.len();
        return (starts && spot.begins_line(start)).then(|| script(spot, start, true));
    }
    if head.ends_with("=>") {
        let line = before.trim_start();
        let start = spot.at - line.len();
        return (spot.begins_line(start) && line.contains('(')).then(|| script(spot, start, true));
    }
    let line = head.trim_start();
    let start = spot.at - before.len() + (before.len() - before.trim_start().len());
    let body = spot.ahead(REACH)[1..].trim();
    let is_body = body.is_empty() || body.contains([';', '(']);
    (matches!(line, "try" | "else" | "} else" | "}else" | "do") && is_body && spot.begins_line(start))
        .then(|| script(spot, start, true))
}

/// `{"key": …`, also with the brackets around it, and a dictionary of Python.
pub fn data(spot: Spot<'_>) -> Option<Piece> {
    let rest = &spot.text[spot.at + 1..];
    let rest = rest[..rest.floor_char_boundary(REACH)].trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '“' | '”' | '″'))?;
    let key = &rest[quote.len_utf8()..];
    let end = key.find(['"', '\'', '“', '”', '″', '\n', '\r'])?;
    let behind = key[end..].chars().next()?;
    let value = key[end + behind.len_utf8()..].trim_start();
    // Behind the colon stands a value.
    let behind_colon = value.strip_prefix(':').map_or("", str::trim_start);
    let is_value = behind_colon.starts_with(['"', '\'', '“', '”', '″', '{', '[', '-'])
        || behind_colon.starts_with(|c: char| c.is_ascii_digit())
        || ["true", "false", "null", "None", "True", "False"].iter().any(|word| behind_colon.starts_with(word));
    let is_key = is_value && end > 0 && end <= 80 && !key[..end].contains(['{', '}', '?', '!']);
    if !is_key || matches!(behind, '\n' | '\r') {
        return None;
    }
    // A name before the brace makes it an argument or a value of a script, whose head was none.
    let before = near(spot.before());
    let before = before.strip_suffix("[[").or_else(|| before.strip_suffix('[')).unwrap_or(before);
    let start = spot.at - near(spot.before()).len() + before.len();
    let mut piece = block::piece(spot, start, Kind::Data);
    let kept: usize = spot.text[piece.end..].bytes().take(2).take_while(|byte| *byte == b']').count();
    if spot.text[start..].starts_with("[[") && kept == 2 {
        piece.end += 2;
    }
    Some(piece)
}

/// `Array ( [0] => …`, as PHP prints it.
pub fn dump(spot: Spot<'_>) -> Option<Piece> {
    if spot.text.as_bytes().get(spot.at + 1) != Some(&b'>') {
        return None;
    }
    let before = near(spot.before());
    let key = before.trim_end().strip_suffix(']')?;
    let open = key.rfind('[')?;
    let name = &key[open + 1..];
    let is_key =
        !name.is_empty() && name.len() <= 60 && name.bytes().all(|byte| is_name(byte) || b"\":'-".contains(&byte));
    if !is_key {
        return None;
    }
    let start = spot.at - before.len() + open;
    // What opens it can stand in lines above.
    let above = &spot.text[..start];
    let above = above[above.ceil_char_boundary(above.len().saturating_sub(REACH))..].trim_end();
    if let Some(head) = above.strip_suffix(['(', '{']) {
        let head = head.trim_end();
        let line = head.rsplit(['\n', '\r']).next().unwrap_or_default();
        let word = ["Array", "Object", "array", "object"].iter().filter_map(|word| line.rfind(word)).max();
        if let Some(at) = word {
            let name = line[..at].trim_end();
            // `stdClass Object`, `array(3)`.
            let class = name.rsplit(' ').next().unwrap_or_default();
            let is_class = line[at..].starts_with('O') && class.bytes().all(|byte| is_name(byte) || byte == b'\\');
            let head_start = offset_of(spot.text, line) + if is_class { name.len() - class.len() } else { at };
            return Some(block::opened_piece(spot, head_start, start, Kind::Dump));
        }
    }
    let is_entry = spot.begins_line(start) || !name.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_entry.then(|| block::piece(spot, start, Kind::Dump))
}

/// Where a part of a text begins in it.
fn offset_of(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

fn script(spot: Spot<'_>, start: usize, sure: bool) -> Piece {
    let mut piece = block::piece(spot, start, Kind::Script);
    piece.sure &= sure;
    piece
}

/// The end of a text, as much of it as is looked at.
fn near(before: &str) -> &str {
    &before[before.ceil_char_boundary(before.len().saturating_sub(REACH))..]
}

/// The names joined by full stops that end with `before`, the end of what stands in the line; where they begin.
fn chain<'a>(spot: Spot<'a>, before: &'a str) -> Option<(usize, &'a str)> {
    let is_part = |byte: &u8| is_name(*byte) || b".[]\"'()#".contains(byte);
    let length = before.bytes().rev().take(120).take_while(is_part).count();
    let end = offset_of(spot.text, before) + before.len();
    let mut chain = &before[before.len() - length..];
    // `$('#player').hide(`: a call before; `Friday.window.x`: a sentence before.
    let known = chain.match_indices('.').map(|(at, _)| at + 1).find(|at| is_known(&chain[*at..]));
    if let Some(start) = known.filter(|_| !is_known(chain)) {
        chain = &chain[start..];
    }
    let chain = chain.trim_start_matches(['(', ')', '[', ']', '"', '\'', '.', '#']);
    let first = chain.bytes().next()?;
    let is_plain = !first.is_ascii_digit()
        && (first.is_ascii_lowercase() || first == b'_' || first == b'$' || is_known(chain) || !chain.contains('.'));
    is_plain.then(|| (end - chain.len(), chain))
}

/// The first name of a chain.
fn root(chain: &str) -> &str {
    let length = chain.bytes().take_while(|byte| is_name(*byte)).count();
    &chain[..length]
}

/// Whether the first name of a chain belongs to page scripts.
fn is_known(chain: &str) -> bool {
    ROOTS.binary_search(&root(chain)).is_ok()
}

/// The word that declares a name, when a text ends with it.
fn declares(before: &str) -> Option<&'static str> {
    let before = before.strip_suffix(' ')?.trim_end();
    ["var", "let", "const"].into_iter().find(|word| {
        before
            .strip_suffix(word)
            .is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '\'' | '’')))
    })
}

/// Where `function name` begins, when a text ends with it.
fn declares_function(text: &str) -> Option<usize> {
    let text = text.trim_end();
    let name = text.bytes().rev().take(60).take_while(|byte| is_name(*byte)).count();
    let start = text.len() - name;
    if &text[start..] == "function" {
        return Some(start);
    }
    text[..start].trim_end().strip_suffix("function").map(str::len)
}

/// The begin of a statement, with what opens it directly before `start`.
fn opened_before(spot: Spot<'_>, start: usize) -> usize {
    let bytes = &spot.text.as_bytes()[spot.from..start];
    start - bytes.iter().rev().take(8).take_while(|byte| matches!(byte, b'(' | b'!' | b'+')).count()
}
