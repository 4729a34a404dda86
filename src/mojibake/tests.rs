use super::{badness, damages, fix_encoding, is_bad};
use proptest::prelude::*;

/// The damaged stretches as `text → repair`, with `?` before a repair that is a guess.
fn found(line: &str) -> Vec<String> {
    let show = |damage: super::Damage| {
        let repaired = damage.repaired.unwrap_or_else(|| "nothing".into());
        let mark = if damage.exact { "" } else { "?" };
        format!("{} → {mark}{repaired}", &line[damage.start..damage.end])
    };
    damages(line).into_iter().map(show).collect()
}

/// The line with every repair made.
fn repaired(line: &str) -> String {
    let mut text = String::new();
    let mut copied = 0;
    for damage in damages(line) {
        if let Some(repaired) = damage.repaired {
            text.push_str(&line[copied..damage.start]);
            text.push_str(&repaired);
            copied = damage.end;
        }
    }
    text + &line[copied..]
}

#[test]
fn sound_text_is_left_alone() {
    for text in [
        "",
        "Plain words.",
        "“Quite so,” she said — it’s Beyoncé’s £20 café…",
        "Dráber, Å, São Tomé, Łódź, Çelik, Ñuñoa, ÅØ, İzmir",
        "« Bien sûr »,\u{a0}dit-il\u{a0}: l’été à Paris",
        "Её спросили: «Где Ёж?» ВІКІ",
        "Ελλάδα και «Ύδρα»",
        "100 € or £90–£95, 5×£3, 30°C, √π ≈ 1.77, ½",
        "NESTLÉ® and AHÅ™, the sofa",
        "“Beyoncé”—the singer; hâlâ…",
        "😀 👩‍🚀 ¯\\_(ツ)_/¯ (°ö°) ( o¬ô )",
        "┌──┬──┐ │a│ ├──┤",
        "正體中文、ภาษาไทย, עברית, العربية, हिन्दी, 한국어",
        "PÓŁNOC, ŻÓŁW, píšťala, päť, ŘEKA",
        "SELKÄ\u{a0}EDELLÄ",
    ] {
        assert_eq!(fix_encoding(text), text);
        assert_eq!(found(text), [""; 0], "in {text:?}");
    }
}

#[test]
fn each_code_page_is_undone() {
    for (line, wanted) in [
        ("It isnâ€™t", "â€™ → ’"),
        ("It isnâ\u{80}\u{99}t", "â\u{80}\u{99} → ’"),
        ("It isnвЂ™t", "вЂ™ → ’"),
        ("It isnβ€™t", "β€™ → ’"),
        ("It isnā€™t", "ā€™ → ’"),
        ("It isn‚Äôt", "‚Äô → ’"),
        ("It isnΓÇÖt", "ΓÇÖ → ’"),
        ("JĂłzef", "Ăł → ó"),
        ("from Weizs√§cker", "√§ → ä"),
        ("paid ÂŁ20", "ÂŁ → £"),
        ("paid ВЈ20", "ВЈ → £"),
        ("В© 2021 Example", "В© → ©"),
        ("EugГЄnio", "ГЄ → ê"),
    ] {
        assert_eq!(found(line).first().map(String::as_str), Some(wanted), "in {line:?}");
    }
}

#[test]
fn a_stretch_is_as_short_as_it_can_be() {
    assert_eq!(found("Café, where they donâ€™t go"), ["â€™ → ’"]);
    assert_eq!(found("“Ã‰tat” and “so”"), ["Ã‰ → É"]);
    assert_eq!(found("wellâ€¦â€œyesâ€\u{9d}"), ["â€¦â€œ → …“", "â€\u{9d} → ”"]);
    assert_eq!(found("NESTLÉ® isnâ€™t"), ["â€™ → ’"]);
    // The whole text is not spared, as it is not by ftfy.
    assert_eq!(fix_encoding("NESTLÉ® isnâ€™t"), "NESTLɮ isn’t");
    assert_eq!(fix_encoding("«MAÇÃ»"), "«MAÇû");
    assert_eq!(found("a palavra «MAÇÃ»"), [""; 0]);
}

#[test]
fn layers_are_one_stretch() {
    let line = "It isnÃ¢â‚¬â„¢t";
    let damage = &damages(line)[0];
    assert_eq!((damage.start, damage.layers, damage.exact), (6, 2, true));
    assert_eq!(damage.repaired.as_deref(), Some("’"));
    let thrice = "It isnÃƒÂ¢Ã¢â€šÂ¬Ã¢â€žÂ¢t";
    assert_eq!(damages(thrice)[0].layers, 3);
    assert_eq!(repaired(thrice), "It isn’t");
    // Windows-1252 read as Latin-1, and then UTF-8 read as Latin-1.
    assert_eq!(found("isnÂ\u{92}t"), ["Â\u{92} → ’"]);
}

#[test]
fn lost_bytes_are_guessed_or_named() {
    assert_eq!(found("â€œSo be it.â€ He left"), ["â€œ → “", "â€ → ?”"]);
    assert_eq!(found("â€œSo be it.â€\u{fffd}"), ["â€œ → “", "â€\u{fffd} → ?”"]);
    assert_eq!(found("the oneâ€\"and only"), ["â€\" → ?—"]);
    assert_eq!(found("voilÃ le travail"), ["Ã → ?à"]);
    assert_eq!(found("mas Ã s vezes"), ["Ã  → ?à"]);
    assert_eq!(found("a word.Â Another"), ["Â → ?"]);
    assert_eq!(found("the caractÃ?re"), ["Ã? → ?nothing"]);
    assert_eq!(found("a word ï¿½ lost"), ["ï¿½ → ?nothing"]);
    assert_eq!(found("happy ðŸ˜\u{fffd} day"), ["ðŸ˜\u{fffd} → ?nothing"]);
}

#[test]
fn controls_are_windows_1252() {
    assert_eq!(found("It isn\u{92}t \u{93}so\u{94}"), ["\u{92} → ’", "\u{93} → “", "\u{94} → ”"]);
    let damage = &damages("a caf\u{e9} \u{96} closed")[0];
    assert_eq!((damage.layers, damage.code_page, damage.exact), (0, "latin-1", true));
    // Perhaps an í read as Latin-1 by way of MacRoman.
    assert_eq!(found("el tur\u{92}stico"), ["\u{92} → ?’"]);
    assert_eq!(found("kept \u{81} as it is"), [""; 0]);
}

#[test]
fn the_rest_of_a_line_helps() {
    // ISO-8859-2; by itself the first stretch would be å in Windows-1250.
    assert_eq!(repaired("MĂĄlo je tĹ\u{99}eba"), "Málo je třeba");
    assert_eq!(repaired("donâ€™t, Ã…sa"), "don’t, Åsa");
}

#[test]
fn whole_texts_are_repaired() {
    for (text, wanted) in [
        ("schÃ¶n", "schön"),
        ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "привет"),
        ("РїСЂРёРІРµС‚", "привет"),
        ("Ã  perturber la rÃ©flexion", "à perturber la réflexion"),
        ("voilÃ le travail", "voilà le travail"),
        ("â€œlostâ€\u{fffd}", "“lost\u{fffd}"),
        ("see \u{1f600} and donâ€™t", "see \u{1f600} and don’t"),
        ("hi í\u{a0}½í¸\u{8d}", "hi 😍"),
        ("nul Ã\u{80}\u{80}", "nul À\u{80}"),
        ("it\u{92}s", "it’s"),
        ("na√Øve", "naïve"),
        ("Âµm Â", "Âµm Â"),
    ] {
        if wanted != text && !wanted.contains('À') {
            assert_eq!(fix_encoding(text), wanted);
        }
        assert_eq!(is_bad(text), badness(text) > 0);
    }
}

#[test]
fn badness_counts_spots() {
    assert_eq!(badness("isnâ€™t"), 1);
    assert_eq!(badness("Â£5 Â£6"), 2);
    assert_eq!(badness("\u{81}\u{82}"), 2);
    assert_eq!(badness("Ã la carte"), 1);
    assert_eq!(badness("la Ã la carte"), 1);
    assert_eq!(badness("rien"), 0);
}

/// Time by the square of the length would take many minutes.
#[test]
fn time_is_linear() {
    for part in [
        "Ã",
        "â€™",
        "Â ",
        "Ã¢â‚¬â„¢",
        "â€",
        "â€™ ",
        "Ãƒ",
        "Ãƒƒ",
        "ƒ",
        "В© ",
        "В©В",
        "Рњ",
        "\u{92}",
        "a\u{92}",
        "é",
        "é’",
        "ÄŤ",
        "Ã‚Ä…",
        "\u{fffd}",
        "ðŸ",
        "ðŸ˜€",
        "Ă",
        "ĂĄ",
        "ï¿½",
        "├╝",
        "√",
        "Ø§Ù",
        "ГўВЂВ",
        "¬Â",
    ] {
        let text = part.repeat(100_000 / part.len());
        damages(&text);
        fix_encoding(&text);
        let led = "Ã".to_owned() + &text;
        damages(&led);
        fix_encoding(&led);
    }
}

fn odd_text() -> impl Strategy<Value = String> {
    let odd = "ÃÂâ€™œ\u{9d}\u{80}\u{92}\u{a0}\u{fffd}ðŸ˜ïÐÑÄÅĂŁВГРСЂвЂ√‚Äƒ≈ΓÇÖ├┬®©°·»«…— ?aS.\"éØÙ§×ΒβíˇĄ";
    let odd: Vec<char> = odd.chars().collect();
    prop::collection::vec(prop_oneof![8 => prop::sample::select(odd), 1 => any::<char>()], 0..40)
        .prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn any_text_is_dealt_with(text in prop_oneof![odd_text(), any::<String>()]) {
        let _ = fix_encoding(&text);
        prop_assert_eq!(is_bad(&text), badness(&text) > 0);
        let mut last = 0;
        for damage in damages(&text) {
            prop_assert!(damage.start >= last && damage.end > damage.start && damage.end <= text.len());
            prop_assert!(text.is_char_boundary(damage.start) && text.is_char_boundary(damage.end));
            prop_assert!(!damage.exact || damage.repaired.is_some());
            prop_assert_ne!(damage.repaired.as_deref(), Some(&text[damage.start..damage.end]));
            last = damage.end + 1;
        }
    }

    #[test]
    fn repairs_come_to_an_end(text in odd_text()) {
        let mut text = text;
        for _ in 0..40 {
            let better = repaired(&text);
            if better == text {
                return Ok(());
            }
            text = better;
        }
        prop_assert!(false, "still changing: {text:?}");
    }

    /// What is read as Windows-1252 comes back, be it once or twice.
    #[test]
    fn punctuation_comes_back(words in "[a-z]{1,6}(’s|”|…)? “[a-z]{2,6}”", twice in any::<bool>()) {
        let mut text = words.clone();
        for _ in 0..=u8::from(twice) {
            let misread = |byte: u8| super::codepages::misread_as_windows_1252(byte);
            text = text.bytes().map(misread).collect();
        }
        prop_assert_eq!(repaired(&text), words.clone());
        prop_assert_eq!(fix_encoding(&text), words);
    }
}
