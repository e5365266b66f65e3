//! Which keys and numbers there were, and in which line first.

use std::hash::{BuildHasher, RandomState};

/// Grown when it is fuller: linear probing stays short, and 1.5 times the size wastes less than twice.
const FULLEST: (usize, usize) = (4, 5);

/// What a row may not share with another.
#[derive(Default)]
pub(super) struct Seen {
    numbers: Table,
    keys: Table,
    /// Two keyed hashes make one of 96 bits: among a million keys, equal ones by chance are not to be expected in the
    /// life of the universe, and nobody can make them on purpose.
    hashers: (RandomState, RandomState),
}

impl Seen {
    /// The line in which this number was first, if it was.
    pub(super) fn number(&mut self, id: u64, line: u64) -> Option<u64> {
        // A number has at most 50 bits: it is its own hash, without chance.
        self.numbers.insert([id as u32, (id >> 32) as u32, 0], line)
    }

    /// The line in which this key was first, if it was.
    pub(super) fn key(&mut self, key: &str, line: u64) -> Option<u64> {
        let (a, b) = (self.hashers.0.hash_one(key), self.hashers.1.hash_one(key));
        self.keys.insert([a as u32, (a >> 32) as u32, b as u32], line)
    }
}

/// 96 bits and a line in 16 bytes a slot; strings would take four times as much.
#[derive(Default)]
struct Table {
    slots: Vec<[u32; 4]>,
    len: usize,
}

impl Table {
    fn insert(&mut self, key: [u32; 3], line: u64) -> Option<u64> {
        if self.len * FULLEST.1 >= self.slots.len() * FULLEST.0 {
            self.grow();
        }
        let slot = self.slot(key);
        let found = self.slots[slot][3];
        if found != 0 {
            return Some(u64::from(found));
        }
        // Line 0 is no line, so it marks a free slot.
        self.slots[slot] = [key[0], key[1], key[2], u32::try_from(line).unwrap_or(u32::MAX).max(1)];
        self.len += 1;
        None
    }

    /// Where the key is, or where it belongs.
    fn slot(&self, key: [u32; 3]) -> usize {
        let low = u64::from(key[0]) | u64::from(key[1]) << 32;
        let hash = (low ^ u64::from(key[2])).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut slot = ((u128::from(hash) * self.slots.len() as u128) >> 64) as usize;
        while self.slots[slot][3] != 0 && self.slots[slot][..3] != key {
            slot += 1;
            if slot == self.slots.len() {
                slot = 0;
            }
        }
        slot
    }

    fn grow(&mut self) {
        let larger = self.slots.len() + self.slots.len() / 2 + 64;
        let old = std::mem::replace(&mut self.slots, vec![[0; 4]; larger]);
        for entry in old.into_iter().filter(|entry| entry[3] != 0) {
            let slot = self.slot([entry[0], entry[1], entry[2]]);
            self.slots[slot] = entry;
        }
    }
}
