//! What a ledger is told of calls that it did not place itself: by the provider, for one that was adopted, and by the
//! project's rows, for one that was made anew.

use callform_ccc::SessionId;
use callform_spec::phone::PhoneNumber;
use jiff::Timestamp;

use super::RequestLimits;
use super::database::{Database, Db, values};
use super::event::{About, Event, Intent, append};
use super::read::call_record;
use crate::ceiling::ADOPTED_CAMPAIGN;
use crate::identity::{AgentDigest, CallId, CallIdentity, Fingerprint, LedgerKey};
use crate::label;

/// Somebody whom the lost ledger phoned.
#[derive(Debug, Clone)]
pub(crate) struct Phoned {
    pub(crate) session: SessionId,
    pub(crate) number: PhoneNumber,
    /// Unix seconds.
    pub(crate) started: i64,
    /// Unix milliseconds: the conversation may go on until then.
    pub(crate) busy_until: i64,
    pub(crate) environment: String,
    pub(crate) account: String,
    /// Calls of the project to that number.
    pub(crate) calls: Vec<PhonedCall>,
}

/// A call of the project to a number that was phoned.
#[derive(Debug, Clone)]
pub(crate) struct PhonedCall {
    pub(crate) id: CallId,
    pub(crate) environment: String,
    /// Under the campaign's former name.
    pub(crate) moved_from: Option<CallId>,
    pub(crate) campaign: String,
    pub(crate) key: String,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) agent: AgentDigest,
}

/// A call of which nobody knows whether it was placed.
#[derive(Debug, Clone)]
pub(crate) struct Doubtful {
    pub(crate) call: PhonedCall,
    pub(crate) number: PhoneNumber,
    pub(crate) account: String,
    /// The provider shows these to its number.
    pub(crate) sessions: Vec<SessionId>,
}

/// The code of calls that nobody knows of since the ledger was rebuilt.
pub const REBUILT: &str = "callform.Rebuilt";
/// The same, where the provider shows that their number was phoned.
pub const REBUILT_PHONED: &str = "callform.RebuiltPhoned";

/// What an adoption came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Calls of the project that are placed now, and were not in the copy.
    pub calls: u64,
    /// Sessions that no call of the project claims: their numbers count as phoned.
    pub others: u64,
}

/// A session: every call of the project to its number is placed, the first that was not is by this session.
///
/// A call that the copy shows as placed may have been tried again by the lost ledger, and somebody may have talked then;
/// so it gets another attempt, unless it is known to be done. That one has the session only if it must be its own: the
/// copy shows that another attempt was asked for, and no other call is for the number. Without a session an attempt has
/// no outcome, and nobody is phoned after it: in doubt, the session counts for the number.
pub(super) fn write_phoned(
    tx: &Database,
    (now, actor, project, key): (Timestamp, &str, &str, &LedgerKey),
    phoned: &Phoned,
    written: &mut Written,
) -> Db<()> {
    let mut session = Some(phoned.session.normalized());
    let number = key.number(&phoned.number);
    let place = |call: CallId, of: &PhonedCall, session: Option<String>, reason: &str| -> Db<()> {
        let attempt: i64 = tx.value("SELECT coalesce(max(id), 0) + 1 FROM attempts", &[])?;
        let about = About::attempt(call, attempt);
        let intent = Intent {
            run: "adopted".to_owned(),
            environment: of.environment.clone(),
            account: phoned.account.clone(),
            campaign: of.campaign.clone(),
            number,
            fingerprint: of.fingerprint,
            agent: of.agent,
            timestamp: phoned.started,
            busy_until: phoned.busy_until,
            callers: Vec::new(),
            limits: RequestLimits::default(),
            worker: 0,
        };
        append(tx, now, actor, about, &Event::Intent(Box::new(intent)))?;
        let lost = "its record was lost with the ledger".to_owned();
        let unknown = Event::Unknown { reason: lost, code: None, request_id: None, session: None };
        append(tx, now, actor, about, &unknown)?;
        let resolved = Event::Resolved { placed: true, inferred: true, session, reason: reason.to_owned() };
        append(tx, now, actor, about, &resolved).map(|_| ())
    };
    let mut again = Vec::new();
    for of in &phoned.calls {
        let known = match call_record(tx, of.id)? {
            Some(known) => Some(known),
            None => of.moved_from.map_or(Ok(None), |former| call_record(tx, former))?,
        };
        if let Some(known) = known.as_ref().filter(|known| known.state.is_placed()) {
            if known.outcome.is_none_or(|outcome| outcome.retry_class().is_some()) {
                again.push((known.id, known.outcome.is_some(), of));
            }
            continue;
        }
        let call = known.map_or(of.id, |known| known.id);
        let reason = match &session {
            Some(_) => "the ledger was adopted from a copy, and the provider shows this session".to_owned(),
            None => format!(
                "the ledger was adopted from a copy, and the provider shows the session {} to this number",
                phoned.session.normalized()
            ),
        };
        place(call, of, session.take(), &reason)?;
        if !label::is_the_number(&of.key, &phoned.number) {
            tx.execute("DELETE FROM names WHERE call = ?1", values![call])?;
            tx.execute("INSERT INTO names (call, key) VALUES (?1, ?2)", values![call, of.key])?;
        }
        written.calls += 1;
    }
    for (call, was_asked_for, of) in again {
        let its_own = if was_asked_for && phoned.calls.len() == 1 { session.take() } else { None };
        let reason = "the ledger was adopted from a copy, and the provider shows a later session to this number";
        place(call, of, its_own, reason)?;
        written.calls += 1;
    }
    if let Some(session) = session {
        let agent = AgentDigest::of(&serde_json::Value::Null);
        let of = PhonedCall {
            id: key.call(&CallIdentity {
                project,
                environment: &phoned.environment,
                account: &phoned.account,
                campaign: ADOPTED_CAMPAIGN,
                key: &session,
            }),
            environment: phoned.environment.clone(),
            moved_from: None,
            campaign: ADOPTED_CAMPAIGN.to_owned(),
            key: String::new(),
            fingerprint: key.fingerprint(agent, &session, &phoned.number),
            agent,
        };
        place(
            of.id,
            &of,
            Some(session),
            "the provider shows this session, and no call of the project is for its number",
        )?;
        written.others += 1;
    }
    Ok(())
}

/// An attempt that nobody can say anything about, at a call that may have been placed.
pub(super) fn write_doubtful(tx: &Database, (now, actor, key): (Timestamp, &str, &LedgerKey), of: &Doubtful) -> Db<()> {
    let attempt: i64 = tx.value("SELECT coalesce(max(id), 0) + 1 FROM attempts", &[])?;
    let about = About::attempt(of.call.id, attempt);
    let intent = Intent {
        run: "rebuilt".to_owned(),
        environment: of.call.environment.clone(),
        account: of.account.clone(),
        campaign: of.call.campaign.clone(),
        number: key.number(&of.number),
        fingerprint: of.call.fingerprint,
        agent: of.call.agent,
        timestamp: now.as_second(),
        busy_until: now.as_millisecond(),
        callers: Vec::new(),
        // Without limits no missing record ever counts as "not placed".
        limits: RequestLimits::default(),
        worker: 0,
    };
    append(tx, now, actor, about, &Event::Intent(Box::new(intent)))?;
    tx.execute("INSERT INTO open_numbers (attempt, number) VALUES (?1, ?2)", values![attempt, of.number.e164()])?;
    if !label::is_the_number(&of.call.key, &of.number) {
        tx.execute("INSERT INTO names (call, key) VALUES (?1, ?2)", values![of.call.id, of.call.key])?;
    }
    let code = if of.sessions.is_empty() { REBUILT } else { REBUILT_PHONED };
    let unknown = Event::Unknown {
        reason: "the ledger was lost and made anew: nobody knows whether this call was placed".to_owned(),
        code: Some(code.to_owned()),
        request_id: None,
        session: None,
    };
    append(tx, now, actor, about, &unknown)?;
    if !of.sessions.is_empty() {
        let sessions = of.sessions.iter().map(SessionId::normalized).collect();
        let finding = "the provider shows calls to this number".to_owned();
        append(tx, now, actor, about, &Event::Examined { finding, sessions })?;
    }
    Ok(())
}
