//! Processes that die at any point where they wait for something.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use crate::clock::Time;
use crate::rival::Still;
use crate::scenario::Death;

/// Runs to the end, or dies: then the future is dropped, with everything that it holds.
pub(crate) async fn mortal<T>(life: impl Future<Output = T>, death: Death, time: &Time) -> Option<T> {
    let mut life = pin!(life);
    match death {
        Death::None => Some(life.await),
        Death::Polls { after, at_once } => {
            let mut polls = 0;
            poll_fn(|context| {
                if polls >= after && !at_once {
                    return Poll::Ready(None);
                }
                polls += 1;
                match life.as_mut().poll(context) {
                    Poll::Ready(value) => Poll::Ready(Some(value)),
                    Poll::Pending if polls > after => Poll::Ready(None),
                    Poll::Pending => Poll::Pending,
                }
            })
            .await
        }
        Death::Time(after) => {
            let at = time.now() + after;
            tokio::select! {
                biased;
                () = time.until(at) => None,
                value = &mut life => Some(value),
            }
        }
    }
}

/// Stands still for a while, in the middle of whatever it does. What it spawned is held up where it meets the world.
pub(crate) async fn stopped<T>(life: impl Future<Output = T>, still: Still, time: &Time) -> T {
    let (mut life, mut goes_on) = (pin!(life), pin!(time.until(still.to)));
    poll_fn(|context| match still.holds(time.now()) && goes_on.as_mut().poll(context).is_pending() {
        true => Poll::Pending,
        false => life.as_mut().poll(context),
    })
    .await
}
