//! The numbers that this process has heard, so that a journal without numbers can answer with them.

use std::collections::{HashMap, VecDeque};

use crate::digest::Digest;

/// How many numbers are remembered; the one heard first is forgotten first. About 15 MB.
const REMEMBERED: usize = 100_000;

/// Numbers by the digest under which the journal keeps them.
#[derive(Default)]
pub(crate) struct KnownNumbers {
    by_digest: HashMap<Digest, Box<str>>,
    heard: VecDeque<Digest>,
}

impl KnownNumbers {
    pub(crate) fn hear(&mut self, digest: Digest, number: &str) {
        if self.by_digest.insert(digest, number.into()).is_some() {
            return;
        }
        self.heard.push_back(digest);
        if self.heard.len() > REMEMBERED
            && let Some(oldest) = self.heard.pop_front()
        {
            self.by_digest.remove(&oldest);
        }
    }

    pub(crate) fn recall(&self, digest: Digest) -> Option<&str> {
        self.by_digest.get(&digest).map(AsRef::as_ref)
    }
}
