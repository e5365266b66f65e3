//! The same work for many items, on all processors.

use std::cmp::Reverse;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Fewer items than these are done before a thread has begun.
const FEW: usize = 16;
/// Less text than this is read before a thread has begun, and what a thread makes needs memory of its own. The size of
/// an item that may be any.
pub const LITTLE: usize = 16 * 1024;
/// More threads than these wait for memory.
const MOST_THREADS: usize = 8;

/// The result for each item, in their order. `size` is that of an item's text, in bytes: the largest are begun first, so
/// that nobody waits for them at the end.
pub fn map<T: Sync, R: Send>(items: &[T], size: impl Fn(&T) -> usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS);
    if items.len() < FEW || threads == 1 || items.iter().map(&size).sum::<usize>() < LITTLE {
        return items.iter().map(work).collect();
    }
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_cached_key(|at| Reverse(size(&items[*at])));
    let next = AtomicUsize::new(0);
    // Whoever is free takes the next: one file may be larger than a hundred others.
    let take = || {
        let mut done = Vec::new();
        loop {
            let Some(at) = order.get(next.fetch_add(1, Ordering::Relaxed)) else { return done };
            done.push((*at, work(&items[*at])));
        }
    };
    let mut done: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(take)).collect();
        threads.into_iter().flat_map(|t| t.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        for count in [0, 1, FEW, 1000] {
            let items: Vec<_> = (0..count).collect();
            for size in [0, LITTLE] {
                let doubled: Vec<_> = items.iter().map(|n| n * 2).collect();
                assert_eq!(map(&items, |n| size * (n % 7), |n| n * 2), doubled);
            }
        }
    }
}
