//! `callform emulator`

use std::io::Write;
use std::sync::Arc;

use callform_ccc::Dialect;
use callform_emulator::{EMBEDDED_CREDENTIALS, Emulator, EmulatorOptions, JournalPlace, Scenario, ServeOptions, serve};

use crate::args::{DialectArg, EmulatorArgs};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &EmulatorArgs, out: &mut Output) -> Outcome {
    let dialect = match args.dialect {
        DialectArg::Intl => Dialect::Intl,
        DialectArg::China => Dialect::China,
    };
    let place = args.journal.clone().map_or(JournalPlace::Memory, JournalPlace::File);
    let mut options = EmulatorOptions::new(place, dialect);
    if let Some(path) = &args.faults {
        let text = std::fs::read_to_string(path)
            .map_err(|e| Failure::failed(format!("can't read the faults in {}: {e}", path.display())))?;
        let scenario = Scenario::from_json(&text)
            .map_err(|e| Failure::failed(format!("the faults in {} can't be understood: {e}", path.display())))?;
        options = options.with_scenario(scenario);
    }
    let emulator =
        Arc::new(Emulator::open(options).map_err(|e| Failure::failed(format!("the emulator can't start: {e}")))?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(args.listen)
            .await
            .map_err(|e| Failure::failed(format!("can't listen on {}: {e}", args.listen)))?;
        let address = listener.local_addr()?;
        {
            let mut stdout = out.out();
            let _ = writeln!(stdout, "http://{address}");
            let _ = stdout.flush();
        }
        let (id, key) = EMBEDDED_CREDENTIALS;
        out.note(format_args!(
            "A local CCC listens on {address}; nobody is phoned. Its key pair: {id} / {key}. Ctrl-C ends it."
        ));
        serve(emulator, listener, ServeOptions::default(), shutdown())
            .await
            .map_err(|e| Failure::failed(format!("the emulator stopped: {e}")))
    })?;
    Ok(Exit::Done)
}

/// Ends with Ctrl-C or SIGTERM.
async fn shutdown() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
