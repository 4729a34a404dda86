//! Text for the benchmarks, made up from a fixed seed: prose of common words with the frequencies
//! that Zipf's law gives them, curly quotes and dashes included, and pages with menus around it.

/// The most frequent words of English prose come first; the tail is made of syllables.
const FREQUENT: &str = "the of and to a in is that for it was on are as with he be at by i this had not but \
    from or have an they which one you were her all she there would their we him been has when who will more \
    no if out so said what up its about into than them can only other new some could time these two may then \
    do first any my now such like our over man me even most made after also did many before must through back \
    years where much your way well down should because each just those people mr how too little state good very \
    make world still own see men work long get here between both life being under never day same another know \
    while last might us great old year off come since against go came right used take three";

const SYLLABLES: [&str; 20] = [
    "ta", "mer", "lin", "go", "ver", "sta", "po", "rec", "nal", "tion", "ist", "ar", "den", "ful", "mi", "con", "per",
    "sub", "el", "ment",
];

/// A small generator (xorshift64*), so that every run sees the same text.
pub struct Random(u64);

impl Random {
    /// Begins with a seed.
    pub fn new(seed: u64) -> Random {
        Random(seed | 1)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }
}

/// Words, the frequent ones first.
pub fn vocabulary(size: usize) -> Vec<String> {
    let mut random = Random::new(11);
    let mut words: Vec<String> = FREQUENT.split_whitespace().map(str::to_owned).collect();
    while words.len() < size {
        let count = 2 + random.below(3);
        words.push((0..count).map(|_| SYLLABLES[random.below(SYLLABLES.len())]).collect());
    }
    words
}

/// A word, frequent ones more often: the rank is spread evenly on a logarithmic scale.
pub fn word<'w>(words: &'w [String], random: &mut Random) -> &'w str {
    let bits = usize::BITS - words.len().leading_zeros();
    let top = 1 << random.below(bits as usize);
    &words[random.below(top.min(words.len()))]
}

/// About `bytes` bytes of article text, a paragraph a line.
pub fn prose(bytes: usize, seed: u64) -> String {
    let words = vocabulary(20_000);
    let mut random = Random::new(seed);
    let mut text = String::with_capacity(bytes + 1000);
    while text.len() < bytes {
        for _ in 0..2 + random.below(3) {
            let length = 8 + random.below(20);
            for index in 0..length {
                let word = word(&words, &mut random);
                match (index, random.below(30)) {
                    (0, _) => {
                        let mut letters = word.chars();
                        text.extend(letters.next().into_iter().flat_map(char::to_uppercase).chain(letters));
                    }
                    (_, 0) => text.extend(["“", word, ",” "]),
                    (_, 1) => text.extend([word, " — "]),
                    (_, 2) => text.extend([word, "’s"]),
                    _ => text.push_str(word),
                }
                text.push(if index + 1 == length { '.' } else { ' ' });
            }
            text.push(' ');
        }
        text.push_str("\n\n");
    }
    text
}

/// About `bytes` bytes of a full page: menus, prose, teasers.
pub fn page(bytes: usize, seed: u64) -> String {
    const MENU: [&str; 12] = [
        "Home",
        "News",
        "Sport",
        "Share",
        "Subscribe",
        "Log in",
        "Privacy Policy",
        "Read more",
        "Advertisement",
        "Most read",
        "Follow us",
        "Newsletter",
    ];
    let mut random = Random::new(seed);
    let mut text = String::new();
    while text.len() < bytes {
        for _ in 0..30 {
            text.push_str(MENU[random.below(MENU.len())]);
            text.push('\n');
        }
        text.push_str(&prose(2000, seed + text.len() as u64));
    }
    text
}
