//! Whether calls may be placed: the person's word.

use std::io::IsTerminal;

use dialoguer::Input;
use dialoguer::theme::SimpleTheme;

use callform_spec::project::Project;

use crate::failure::Failure;
use crate::output::Output;
use crate::view;

/// Asks the person to type the number of calls. On the emulator nobody is phoned and nobody is asked.
pub(crate) fn ask(project: &Project, calls: u64, given: bool, out: &mut Output) -> Result<(), Failure> {
    if project.site.is_emulator() || given {
        return Ok(());
    }
    let calls_words = view::count(calls, "call", "calls");
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::refused(format!(
            "{calls_words} to real phones were not approved, and there is no terminal to ask at"
        ))
        .line(
            "Apply a plan that was reviewed:  callform plan --out plan.cfplan, then callform apply --plan plan.cfplan",
        )
        .line("Or say that no review is needed:  callform apply --auto-approve"));
    }
    out.note(format_args!(
        "\nThis places {calls_words} to real phones through {}. A call can't be undone.",
        project.account()
    ));
    typed("Type the number of calls to go on", calls)
}

/// Asks the person to type a number that they can only know who looked: `prompt` says which. `what` is not done
/// otherwise.
pub(crate) fn ask_for(number: u64, what: &str, prompt: &str, given: bool) -> Result<(), Failure> {
    if given {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::refused(format!("{what} was not approved, and there is no terminal to ask at"))
            .line("Say that nobody need be asked:  --auto-approve"));
    }
    typed(prompt, number)
}

fn typed(prompt: &str, number: u64) -> Result<(), Failure> {
    let typed: String = Input::with_theme(&SimpleTheme)
        .with_prompt(prompt)
        .allow_empty(true)
        .interact_text()
        .map_err(|e| Failure::refused(format!("no answer: {e}")))?;
    let typed: String = typed.chars().filter(|c| !matches!(c, ',' | ' ' | '_')).collect();
    if typed.parse() == Ok(number) { Ok(()) } else { Err(Failure::refused("not approved: that was another number")) }
}
