//! What goes wrong on purpose, and how calls run: closures for tests.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::course::Course;

/// A `CreateAICall` that passed every check and is about to be placed.
///
/// It holds the request in clear, phone numbers and secrets included, and therefore has no `Debug`.
pub struct ReceivedCall {
    /// `SdkAppId`.
    pub sdk_app_id: i64,
    /// `Callee`, as sent.
    pub callee: String,
    /// How many times this process has received a call to this callee, this one included, placed or not.
    pub nth: u32,
    /// How many times this callee's phone will have rung once this call is placed; earlier processes with the same
    /// journal count.
    pub nth_ring: u32,
    /// When it arrived.
    pub received_at: Timestamp,
    /// The whole body; a GET's parameters as the JSON that they stand for.
    pub body: Map<String, Value>,
}

/// Something that a real service or network does now and then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Not placed: this error code is the answer.
    Error(String),
    /// Placed, and yet this error code is the answer, as `InternalError` and `FailedOperation.CallOutFailed` may do.
    ErrorAfter(String),
    /// Not placed: no connection can be made. Only in process; the server, which already has one, drops it.
    Unreachable,
    /// Not placed: the connection ends without an answer.
    DropBefore,
    /// Placed: the connection ends without an answer.
    DropAfter,
    /// Placed: the answer leaves this much later.
    Delay(Duration),
    /// Not placed: a gateway answers with this HTTP status and a page.
    Status(u16),
    /// Placed: the answer is not JSON.
    Garbage,
}

/// Sees every received call with its full body, before faults are chosen. For tests.
pub type RequestHook = Arc<dyn Fn(&ReceivedCall) + Send + Sync>;

/// Chooses what goes wrong with a call; `None` means nothing.
pub type FaultHook = Arc<dyn Fn(&ReceivedCall) -> Option<Fault> + Send + Sync>;

/// Chooses how a call runs; `None` leaves it to the session id.
pub type CourseHook = Arc<dyn Fn(&ReceivedCall) -> Option<Course> + Send + Sync>;
