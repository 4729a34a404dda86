//! What the evident stretches of a line tell about its others.

use super::codepages::{Page, PageSet};
use super::plausible::ScriptSet;
use super::stretches::Stretch;

/// What the evident stretches of a line tell about the others.
#[derive(Clone, Copy, Default)]
pub(super) struct Trust {
    /// The pages that they were taken for.
    pub(super) pages: PageSet,
    /// Those of two stretches or more; all of `pages` in a line in which nothing is surely sound.
    pub(super) often: PageSet,
    /// The pages of layers below the outermost.
    pub(super) inner: PageSet,
    /// The pages that make sense of every damaged run by themselves, unless all are Western.
    pub(super) preferred: PageSet,
    /// The scripts that they were written in.
    pub(super) scripts: ScriptSet,
}

impl Trust {
    /// What holds for the text below the outermost layer.
    pub(super) fn below(self) -> Trust {
        Trust { pages: self.inner, often: self.inner, preferred: 0, ..self }
    }

    /// Takes everything that `page` may have made for damaged.
    pub(super) fn willing(self, page: Page) -> Trust {
        Trust { pages: family(page), often: family(page), ..self }
    }

    /// Adds what a stretch tells.
    pub(super) fn add(&mut self, stretch: &Stretch) {
        if stretch.evident && stretch.layers > 0 {
            let pages = family(stretch.page);
            self.often |= self.pages & pages;
            self.pages |= pages;
            self.inner |= stretch.inner;
            if let Some(text) = &stretch.text {
                self.scripts = self.scripts.with(text);
            }
        }
    }
}

/// The pages that hardly differ: Windows-1252 passes for Latin-1, and Windows-1250 for ISO-8859-2.
pub(super) fn family(page: Page) -> PageSet {
    const CENTRAL: PageSet = Page::Windows1250.bit() | Page::Iso8859_2.bit();
    match page.bit() {
        bit if bit & WESTERN != 0 => WESTERN,
        bit if bit & CENTRAL != 0 => CENTRAL,
        bit => bit,
    }
}

pub(super) const WESTERN: PageSet = Page::Latin1.bit() | Page::Windows1252.bit() | Page::WesternMix.bit();

pub(super) fn is_western(page: Page) -> bool {
    page.bit() & WESTERN != 0
}
