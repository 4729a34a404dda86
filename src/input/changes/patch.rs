//! Reading the output of `git diff --unified=0`: which lines of which files are new.

use std::io::{self, BufRead};

use super::ChangedLines;

/// The files of a patch in its order, each with its path from the top of the work tree. A file that
/// only lost lines has no changed ones; one that only got another name or mode is left out.
///
/// # Errors
/// When the patch cannot be read.
pub fn read(mut patch: impl BufRead) -> io::Result<Vec<(Vec<u8>, ChangedLines)>> {
    let mut files: Vec<(Vec<u8>, ChangedLines)> = Vec::new();
    let (mut line, mut has_content) = (Vec::new(), true);
    loop {
        line.clear();
        let is_over = patch.read_until(b'\n', &mut line)? == 0;
        if !has_content && (is_over || line.starts_with(b"diff --git ")) {
            files.pop();
        }
        if is_over {
            return Ok(files);
        }
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        if let Some(names) = text.strip_prefix(b"diff --git ") {
            // A name that cannot be read must not have its lines counted for the file before.
            files.push((name_of(names).unwrap_or_default(), ChangedLines::Some(Vec::new())));
            has_content = false;
            continue;
        }
        let Some((name, lines)) = files.last_mut() else { continue };
        if let Some(new_name) = text.strip_prefix(b"rename to ") {
            *name = unquoted(new_name).unwrap_or_else(|| new_name.to_vec());
        } else if text.starts_with(b"new file mode ") || text.starts_with(b"Binary files ") {
            *lines = ChangedLines::All;
            has_content = true;
        } else if let Some((old, new)) = hunk(text) {
            has_content = true;
            // The content follows, which can look like anything.
            for _ in 0..old + (new.end - new.start) {
                patch.skip_until(b'\n')?;
            }
            if let ChangedLines::Some(ranges) = lines
                && !new.is_empty()
            {
                ranges.push(new);
            }
        }
    }
}

/// Reads `@@ -3,2 +4 @@`: how many lines go, and the range of those that come.
fn hunk(line: &[u8]) -> Option<(u64, std::ops::Range<u64>)> {
    let text = std::str::from_utf8(line.strip_prefix(b"@@ -")?.split(|byte| *byte == b'@').next()?).ok()?;
    let (old, new) = text.trim_end().split_once(" +")?;
    let numbers = |side: &str| -> Option<(u64, u64)> {
        let (start, count) = side.split_once(',').unwrap_or((side, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    let ((_, old), (start, new)) = (numbers(old)?, numbers(new)?);
    Some((old, start..start.checked_add(new)?))
}

/// The name in `a/NAME b/NAME`, where each can be quoted. Where they differ, the new one follows.
fn name_of(names: &[u8]) -> Option<Vec<u8>> {
    if names.starts_with(b"\"") {
        return unquoted(names)?.strip_prefix(b"a/").map(<[u8]>::to_vec);
    }
    let (first, second) = names.split_at_checked(names.len() / 2)?;
    let name = first.strip_prefix(b"a/")?;
    (second.strip_prefix(b" b/")? == name).then(|| name.to_vec())
}

/// Reads a name quoted as in C up to its closing quotation mark.
fn unquoted(text: &[u8]) -> Option<Vec<u8>> {
    let mut name = Vec::new();
    let mut rest = text.strip_prefix(b"\"")?.iter().copied();
    loop {
        let byte = match rest.next()? {
            b'"' => return Some(name),
            b'\\' => match rest.next()? {
                b'a' => 7,
                b'b' => 8,
                b't' => b'\t',
                b'n' => b'\n',
                b'v' => 11,
                b'f' => 12,
                b'r' => b'\r',
                first @ b'0'..=b'3' => {
                    let mut digit = || rest.next().filter(|digit| (b'0'..=b'7').contains(digit));
                    let (second, third) = (digit()?, digit()?);
                    (first - b'0') * 64 + (second - b'0') * 8 + (third - b'0')
                }
                other => other,
            },
            other => other,
        };
        name.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(patch: &str) -> Vec<(String, ChangedLines)> {
        let files = read(patch.as_bytes()).unwrap().into_iter();
        files.map(|(name, lines)| (String::from_utf8(name).unwrap(), lines)).collect()
    }

    fn lines(range: std::ops::Range<u64>) -> ChangedLines {
        ChangedLines::Some(vec![range])
    }

    #[test]
    fn content_is_no_header() {
        let patch = "diff --git a/a b.txt b/a b.txt\nindex 1..2 100644\n--- a/a b.txt\t\n+++ b/a b.txt\t\n\
            @@ -2 +2,3 @@ diff --git a/x b/x\n-old\n+diff --git a/x b/x\n+@@ -1 +1 @@\n+new file mode 1\n\
            \\ No newline at end of file\n@@ -9,2 +10,0 @@\n-a\n-b\n\
            diff --git a/gone b/gone\ndeleted file mode 100644\n@@ -1 +0,0 @@\n-x\n\
            diff --git a/mode b/mode\nold mode 100644\nnew mode 100755\n\
            diff --git a/a b/b c\nsimilarity index 90%\nrename from a\nrename to b c\n@@ -7 +7 @@\n-x\n+y\n\
            diff --git a/a b/e\nsimilarity index 100%\nrename from a\nrename to \"\\303\\251\"\n";
        let expected = [
            ("a b.txt".to_owned(), lines(2..5)),
            ("gone".to_owned(), ChangedLines::Some(Vec::new())),
            ("b c".to_owned(), lines(7..8)),
        ];
        assert_eq!(files(patch), expected);
    }

    #[test]
    fn binary_and_new_files_change_as_a_whole() {
        let patch = "diff --git a/p.parquet b/p.parquet\nindex 1..2\nBinary files a/p.parquet and b/p.parquet differ\n\
            diff --git \"a/caf\\303\\251 \\\"x\\\"\\n.txt\" \"b/caf\\303\\251 \\\"x\\\"\\n.txt\"\nnew file mode 100644\n\
            --- /dev/null\n+++ \"b/caf\\303\\251\"\n@@ -0,0 +1 @@\n+x\n";
        let expected =
            [("p.parquet".to_owned(), ChangedLines::All), ("café \"x\"\n.txt".to_owned(), ChangedLines::All)];
        assert_eq!(files(patch), expected);
    }

    #[test]
    fn broken_patches_end() {
        for patch in ["@@ -1 +1 @@\n", "diff --git x\n@@ -1 +1,99 @@\n+x", "diff --git \"a/\\3", "@@ -1 +1"] {
            read(patch.as_bytes()).unwrap();
        }
        assert_eq!(hunk(b"@@ -1 +18446744073709551615,9 @@"), None);
    }
}
