//! `callform lsp`

use std::sync::Arc;

use callform_lsp::Ended;

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::surroundings::ProcessEnvironment;

pub(crate) fn run() -> Outcome {
    let env = Arc::new(ProcessEnvironment);
    let ended = callform_lsp::serve(std::io::stdin(), std::io::stdout(), env, env!("CARGO_PKG_VERSION"))?;
    Ok(match ended {
        Ended::Properly => Exit::Done,
        Ended::Abruptly => Exit::Failed,
    })
}
