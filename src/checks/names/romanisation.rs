//! `names/romanisation`: a surname romanised in another way than everywhere else in the document.

use crate::checks::{Context, is_saying, name_before};

/// Surnames with the forms that speech and transliteration make of them.
const CONFUSIONS: [(&str, &[&str]); 13] = [
    ("Xi", &["Ji", "Shi", "Si", "Zi", "Hsi", "Xie", "Xin"]),
    ("Qin", &["Chin", "Ching", "Tsin"]),
    ("Qiang", &["Chiang"]),
    ("Zhao", &["Jao", "Chao"]),
    ("Zhou", &["Jou", "Chou", "Zou"]),
    ("Zhang", &["Jang", "Zang"]),
    ("Zhu", &["Ju", "Zu"]),
    ("Xu", &["Shu", "Hsu", "Su"]),
    ("Xiao", &["Shao", "Siao", "Hsiao"]),
    ("Cai", &["Tsai"]),
    ("Putin", &["Puttin", "Poutine"]),
    ("Modi", &["Mody", "Modhi"]),
    ("Abe", &["Abeh"]),
];

/// How often the right form has to stand in the document.
const FREQUENT: u32 = 3;

/// Reports the odd form before a verb of saying.
pub fn check(context: &mut Context<'_>) {
    let names = context.names();
    for (right, confused) in CONFUSIONS {
        let Some(form) = names.form(right).filter(|form| form.count >= FREQUENT) else { continue };
        for wrong in confused {
            let Some(odd) = names.form(wrong).filter(|odd| odd.count * 3 <= form.count) else { continue };
            for index in names.places(odd) {
                let is_alone = name_before(names, context.forms(), index).is_none() && names.behind(index).is_none();
                let speaks = names.next_word(index).is_some_and(|word| is_saying(word) || word == "met");
                if !(is_alone && speaks) {
                    continue;
                }
                let message =
                    format!("`{wrong}` looks like `{right}`, which stands {} times in this document", form.count);
                let report = context.report(names.all()[index].span, message);
                let first = names.all()[form.first as usize].span;
                report.replace(right, format!("replace with `{right}`")).related(first, "first spelled so here");
            }
        }
    }
}
