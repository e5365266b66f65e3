//! A local Tencent Cloud Contact Center (CCC), version 2020-02-10 of its API, that the official clients accept.
//!
//! It verifies signatures (TC3-HMAC-SHA256), validates requests by dialect, holds the limit of 20 requests a second,
//! runs each call through a small life cycle, fails on demand, and keeps a journal of every call that it "placed":
//! the ground truth for "nobody is phoned twice".
//!
//! ```
//! use std::sync::Arc;
//! use callform_ccc::Dialect;
//! use callform_emulator::{Emulator, EmulatorOptions, InProcess, JournalPlace};
//!
//! let emulator = Arc::new(Emulator::open(EmulatorOptions::new(JournalPlace::Memory, Dialect::Intl))?);
//! let transport = InProcess(Arc::clone(&emulator)); // a `callform_ccc::transport::Transport`
//! assert_eq!(emulator.journal().count()?, 0);
//! # drop(transport);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What it does not have: version 1 signatures, actions beyond those five that `InvalidAction` names, number
//! protection, people.

mod clock;
mod course;
mod digest;
mod emulator;
mod envelope;
mod gateway;
mod hooks;
mod in_process;
mod journal;
mod number;
mod numbers;
mod parameters;
mod place;
mod random;
mod rate;
mod records;
mod scenario;
mod server;

pub use clock::{Clock, SystemClock, VirtualClock};
pub use course::{Course, Phase, Progress, RecordTime};
pub use digest::Digest;
pub use emulator::{EMBEDDED_CREDENTIALS, Emulator, EmulatorOptions, OpenError, Reply, embedded_credentials};
pub use hooks::{CourseHook, Fault, FaultHook, ReceivedCall, RequestHook};
pub use in_process::InProcess;
pub use journal::{Journal, JournalError, JournalPlace, PlacedCall};
pub use number::mask_number;
pub use random::{OsRandom, Random, RandomError, SeededRandom};
pub use scenario::{Scenario, ScenarioError};
pub use server::{ServeError, ServeOptions, serve};
