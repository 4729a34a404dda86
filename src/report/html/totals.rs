//! The totals of a run as HTML that shows without a script.
//!
//! Bars are drawings: a style of their own is what the page's policy forbids. Names of rules,
//! families and hosts lead to the list; the script reads the filter from the part behind `#`.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

use crate::finding::Severity;
use crate::report::RunSummary;
use crate::report::escape::push_visible;

/// Rules that stand in the open; the others unfold.
const OPEN_RULES: usize = 12;

/// Hosts that are shown.
const MOST_HOSTS: usize = 10;

/// The totals, to stand in a section of the page.
pub fn render(run: &RunSummary<'_>) -> String {
    let statistics = run.statistics;
    let mut out = String::new();
    let findings: u64 = Severity::ALL.iter().map(|severity| statistics.of_severity(*severity)).sum();
    notices(run, findings, &mut out);
    let tiles = [
        ("Documents", statistics.documents(), ""),
        ("With findings", statistics.flagged(), ""),
        ("Findings", findings, ""),
        ("With a safe fix", statistics.safe_fixes(), ""),
        ("Unreadable records", statistics.broken(), "optional"),
    ];
    out.push_str("<dl class=\"tiles\">\n");
    for (name, count, kind) in tiles {
        if kind.is_empty() || count > 0 {
            let share = match name {
                "With findings" => share(count, statistics.documents()),
                "With a safe fix" => share(count, findings),
                _ => String::new(),
            };
            let _ = writeln!(out, "<div><dt>{name}</dt><dd>{} <small>{share}</small></dd></div>", grouped(count));
        }
    }
    out.push_str("</dl>\n");
    if findings == 0 {
        return out;
    }
    out.push_str("<div class=\"charts\">\n");
    // Two columns: hosts are many, so the short tables stand above each other beside them.
    let has_hosts = !statistics.worst_hosts().is_empty();
    out.push_str(if has_hosts { "<div>\n" } else { "" });
    severities(run, findings, &mut out);
    families(run, findings, &mut out);
    out.push_str(if has_hosts { "</div>\n" } else { "" });
    hosts(run, &mut out);
    rules(run, &mut out);
    out.push_str("</div>\n");
    out
}

/// What has to be said before any number.
fn notices(run: &RunSummary<'_>, findings: u64, out: &mut String) {
    if !run.is_complete {
        out.push_str(
            "<p class=\"notice\"><strong>This run is incomplete.</strong> Some input could not be read, or a rule \
             broke down; the log of the run names each. The figures count what could be read.</p>\n",
        );
    }
    if findings == 0 && run.statistics.documents() == 0 {
        out.push_str("<p class=\"notice\">There were no documents to lint.</p>\n");
    } else if findings == 0 && run.is_complete {
        out.push_str("<p class=\"all-clear\">No problems found.</p>\n");
    }
}

fn severities(run: &RunSummary<'_>, findings: u64, out: &mut String) {
    open_table("By severity", &["Severity", "Findings", "Share"], out);
    for severity in Severity::ALL.into_iter().rev() {
        let count = run.statistics.of_severity(severity);
        let name = severity.name();
        let head = link("severity", name, &format!("<span class=\"badge {name}\">{name}</span>"));
        row(&head, &[grouped(count), share(count, findings)], count, findings, name, out);
    }
    close_table(out);
}

fn families(run: &RunSummary<'_>, findings: u64, out: &mut String) {
    let mut families: BTreeMap<&str, u64> = BTreeMap::new();
    for (rule, count) in run.statistics.rules() {
        *families.entry(rule.family()).or_default() += count.findings;
    }
    let mut families: Vec<_> = families.into_iter().collect();
    families.sort_by_key(|(family, count)| (std::cmp::Reverse(*count), *family));
    let most = families.first().map_or(0, |(_, count)| *count);
    open_table("By family", &["Family", "Findings", "Share"], out);
    for (family, count) in families {
        let head = link("family", family, &escaped(family));
        row(&head, &[grouped(count), share(count, findings)], count, most, "", out);
    }
    close_table(out);
}

fn rules(run: &RunSummary<'_>, out: &mut String) {
    let rules = run.statistics.rules();
    let most = rules.first().map_or(0, |(_, count)| count.findings);
    let columns = ["Rule", "Findings", "Documents"];
    out.push_str("<div class=\"wide\">\n");
    for (index, (rule, count)) in rules.iter().enumerate() {
        if index == 0 {
            open_table("By rule", &columns, out);
        } else if index == OPEN_RULES {
            close_table(out);
            let rest = rules.len() - OPEN_RULES;
            let rules = if rest == 1 { "rule" } else { "rules" };
            let _ = writeln!(out, "<details><summary>{rest} more {rules}</summary>");
            open_table("Other rules", &columns, out);
        }
        let summary = run.rules.iter().find(|info| info.id == *rule).map_or("", |info| info.summary);
        let severity = count.severity.name();
        let head = format!(
            "{} <span class=\"badge {severity}\">{severity}</span> <small>{}</small>",
            link("rule", rule.as_str(), &escaped(rule.as_str()).replace('/', "/<wbr>")),
            escaped(summary)
        );
        row(&head, &[grouped(count.findings), grouped(count.documents)], count.findings, most, severity, out);
    }
    close_table(out);
    if rules.len() > OPEN_RULES {
        out.push_str("</details>\n");
    }
    out.push_str("</div>\n");
}

fn hosts(run: &RunSummary<'_>, out: &mut String) {
    let mut hosts = run.statistics.worst_hosts();
    hosts.truncate(MOST_HOSTS);
    if hosts.is_empty() {
        return;
    }
    let rate = |findings: u64, documents: u64| findings as f64 / documents.max(1) as f64;
    let most = hosts.iter().map(|(_, count)| rate(count.findings, count.documents)).fold(0.0, f64::max);
    out.push_str("<div class=\"hosts\">\n");
    open_table("Worst hosts", &["Host", "Findings", "Documents", "Per document"], out);
    for (host, count) in hosts {
        let rate = rate(count.findings, count.documents);
        let cells = [grouped(count.findings), grouped(count.documents), format!("{rate:.1}")];
        // Thousandths of a finding are as fine as a bar shows.
        let (part, whole) = ((rate * 1000.0) as u64, (most * 1000.0) as u64);
        row(&link("host", host, &escaped(host)), &cells, part, whole, "", out);
    }
    close_table(out);
    out.push_str("</div>\n");
}

fn open_table(caption: &str, columns: &[&str], out: &mut String) {
    let _ = writeln!(out, "<table><caption>{caption}</caption>\n<thead><tr>");
    for (index, column) in columns.iter().enumerate() {
        let class = if index == 0 { "" } else { " class=\"number\"" };
        let _ = write!(out, "<th scope=\"col\"{class}>{column}</th>");
    }
    out.push_str("<td class=\"bar\"></td></tr></thead>\n<tbody>\n");
}

fn close_table(out: &mut String) {
    out.push_str("</tbody></table>\n");
}

/// A row with a bar as long as `part` of `whole`. `head` is HTML.
fn row(head: &str, cells: &[String], part: u64, whole: u64, kind: &str, out: &mut String) {
    let _ = write!(out, "<tr><th scope=\"row\">{head}</th>");
    for cell in cells {
        let _ = write!(out, "<td class=\"number\">{cell}</td>");
    }
    let width = 100.0 * part as f64 / whole.max(1) as f64;
    let _ = writeln!(
        out,
        "<td class=\"bar\"><svg class=\"bar {kind}\" width=\"100%\" height=\"12\" aria-hidden=\"true\">\
         <rect width=\"{width:.1}%\" height=\"12\" rx=\"2\"/></svg></td></tr>"
    );
}

/// A link to the findings with this value; `label` is HTML.
fn link(key: &str, value: &str, label: &str) -> String {
    let mut encoded = String::new();
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' => encoded.push(char::from(byte)),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    format!("<a href=\"#{key}={encoded}\">{label}</a>")
}

/// Text as HTML, in elements and in attributes, with what cannot be seen made visible.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut shown = String::new();
    for c in text.chars() {
        shown.clear();
        push_visible(&mut shown, c);
        for c in shown.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                _ => out.push(c),
            }
        }
    }
    out
}

/// A number as English writes it: `12,345`.
fn grouped(number: impl Display) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share in percent; one that is neither nothing nor everything does not look so.
fn share(part: u64, all: u64) -> String {
    if all == 0 {
        return String::new();
    }
    let percent = 100.0 * part as f64 / all as f64;
    match percent {
        _ if part == 0 || part == all => format!("{percent:.0}%"),
        _ if percent < 0.1 => "&lt;0.1%".to_owned(),
        _ if percent > 99.9 => "&gt;99.9%".to_owned(),
        _ => format!("{percent:.1}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        let numbers = [0, 999, 1_000, 12_345, 1_234_567].map(grouped);
        assert_eq!(numbers, ["0", "999", "1,000", "12,345", "1,234,567"]);
        let shares = [(0, 9), (9, 9), (1, 3), (1, 1_000_000), (999_999, 1_000_000)].map(|(part, all)| share(part, all));
        assert_eq!(shares, ["0%", "100%", "33.3%", "&lt;0.1%", "&gt;99.9%"]);
        assert_eq!(share(0, 0), "");
    }

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(
            escaped("<a href='x' id=\"y\">&\u{202e}"),
            "&lt;a href=&#39;x&#39; id=&quot;y&quot;&gt;&amp;&lt;U+202E&gt;"
        );
        assert_eq!(link("host", "a\"b é", "x"), "<a href=\"#host=a%22b%20%C3%A9\">x</a>");
    }
}
