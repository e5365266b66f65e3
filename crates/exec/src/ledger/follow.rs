//! What follows from an event: the only place that writes the tables which say how calls stand.

use super::database::{Database, Db, DbError, values};
use super::event::{About, Event, Intent};
use super::state::{MAY_HAVE_RUNG, State};

/// For how long after its timestamp the provider takes a request.
pub(super) const TAKEN_WITHIN_MS: i64 = 300_000;

/// Writes what follows from an event.
pub(super) fn follow(database: &Database, at: i64, actor: &str, about: About, event: &Event) -> Db<()> {
    match event {
        Event::Intent(intent) => follow_intent(database, at, about, intent)?,
        Event::OffTheLine => follow_off_the_line(database, at, about)?,
        Event::Over => follow_over(database, at, about)?,
        Event::Outcome { outcome, ended, .. } => follow_outcome(database, about, outcome, *ended)?,
        Event::Agent { .. } | Event::SecretHost { .. } => follow_documents(database, at, event)?,
        Event::Suppressed { .. } | Event::Stopped { .. } | Event::Resumed { .. } => {
            follow_prohibitions(database, at, actor, event)?;
        }
        _ => {}
    }
    let Some((state, attempt, call)) = event.state().zip(about.attempt).zip(about.call).map(|((s, a), c)| (s, a, c))
    else {
        return Ok(());
    };
    let Details { session, request_id, code, reason, permanent, busy_until } = details(event);
    // A request whose answer was lost may have been taken much later than it left.
    let later = if state == State::Unknown { TAKEN_WITHIN_MS } else { 0 };
    // Whoever was certainly not phoned takes up no line.
    let frees_the_line = !state.may_have_rung();
    if state != State::Intent {
        // Whatever asked for it: no other course of states can be written.
        let before: String = state.comes_from().iter().map(|before| format!(",{before},")).collect();
        let moved = database.execute(
            "UPDATE attempts SET state = ?2, since = ?3, session = coalesce(?4, session),
                request_id = coalesce(?5, request_id), code = ?6, reason = ?7,
                busy_until = coalesce(?11,
                    CASE WHEN ?8 = 1 THEN 0 WHEN busy_until > ?3 THEN busy_until + ?10 ELSE busy_until END),
                line_until = coalesce(?11,
                    CASE WHEN ?8 = 1 THEN 0 WHEN line_until > ?3 THEN line_until + ?10 ELSE line_until END)
             WHERE id = ?1 AND ?9 LIKE '%,' || state || ',%'",
            values![attempt, state, at, session, request_id, code, reason, frees_the_line, before, later, busy_until],
        )?;
        if moved != 1 {
            return Err(DbError::Content(format!("attempt {attempt} can't become `{state}` from where it is")));
        }
    }
    database.execute(
        &format!(
            "UPDATE calls SET attempts = (SELECT count(*) FROM attempts WHERE call = ?1 AND {MAY_HAVE_RUNG})
             WHERE id = ?1"
        ),
        values![call],
    )?;
    // A call has the state of its last attempt: what is learned late of one before must not permit another. That one
    // before was placed after all must forbid it, where what came after was certainly in vain.
    let after_all = busy_until.is_some();
    database.execute(
        "UPDATE calls SET state = ?2, since = ?3, code = ?4, permanent = ?5, outcome = NULL, ended = NULL
         WHERE id = ?1 AND (?7 = 1 OR ?6 = (SELECT max(id) FROM attempts WHERE call = ?1))",
        values![call, state, at, code, permanent, attempt, after_all],
    )?;
    Ok(())
}

#[derive(Default)]
struct Details<'a> {
    session: Option<&'a String>,
    request_id: Option<&'a String>,
    code: Option<&'a String>,
    reason: Option<&'a String>,
    permanent: bool,
    busy_until: Option<i64>,
}

fn details(event: &Event) -> Details<'_> {
    let empty = Details::default();
    match event {
        Event::Placed { session, request_id, busy_until } => {
            Details { session: Some(session), request_id: request_id.as_ref(), busy_until: *busy_until, ..empty }
        }
        Event::Rejected { code, permanent, request_id, reason } => Details {
            code: Some(code),
            permanent: *permanent,
            request_id: request_id.as_ref(),
            reason: reason.as_ref(),
            ..empty
        },
        // A session that an unknown names is evidence, not a claim: it stays in the event.
        Event::Unknown { reason, code, request_id, session: _ } => {
            Details { reason: Some(reason), code: code.as_ref(), request_id: request_id.as_ref(), ..empty }
        }
        Event::Resolved { session, reason, .. } => Details { session: session.as_ref(), reason: Some(reason), ..empty },
        _ => empty,
    }
}

fn follow_intent(database: &Database, at: i64, about: About, intent: &Intent) -> Db<()> {
    database.execute(
        "INSERT INTO calls (id, environment, account, campaign, number, fingerprint, agent, state, since, permanent,
            attempts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0)
         ON CONFLICT (id) DO UPDATE SET campaign = excluded.campaign, number = excluded.number,
            fingerprint = excluded.fingerprint, agent = excluded.agent",
        values![
            about.call,
            intent.environment,
            intent.account,
            intent.campaign,
            intent.number,
            intent.fingerprint,
            intent.agent,
            State::Intent,
            at,
        ],
    )?;
    database.execute(
        "INSERT INTO attempts (id, call, account, campaign, number, run, worker, state, since, timestamp, busy_until,
            line_until)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)",
        values![
            about.attempt,
            about.call,
            intent.account,
            intent.campaign,
            intent.number,
            intent.run,
            intent.worker,
            State::Intent,
            at,
            intent.timestamp,
            intent.busy_until,
        ],
    )?;
    Ok(())
}

fn follow_off_the_line(database: &Database, at: i64, about: About) -> Db<()> {
    database.execute(
        "UPDATE attempts SET line_until = CASE WHEN line_until > ?2 THEN ?2 ELSE line_until END WHERE id = ?1",
        values![about.attempt, at],
    )?;
    Ok(())
}

/// Its line is free, and the callee may be phoned by others.
fn follow_over(database: &Database, at: i64, about: About) -> Db<()> {
    database.execute(
        "UPDATE attempts SET busy_until = CASE WHEN busy_until > ?2 THEN ?2 ELSE busy_until END WHERE id = ?1",
        values![about.attempt, at],
    )?;
    follow_off_the_line(database, at, about)
}

fn follow_outcome(database: &Database, about: About, outcome: &str, ended: i64) -> Db<()> {
    database.execute(
        "UPDATE attempts SET outcome = ?2, ended = ?3,
            busy_until = CASE WHEN busy_until > ?3 THEN ?3 ELSE busy_until END,
            line_until = CASE WHEN line_until > ?3 THEN ?3 ELSE line_until END WHERE id = ?1",
        values![about.attempt, outcome, ended],
    )?;
    // The call has the outcome of its last attempt that was not in vain.
    database.execute(
        &format!(
            "UPDATE calls SET outcome = ?3, ended = ?4 WHERE id = ?1
                AND NOT EXISTS (SELECT 1 FROM attempts WHERE call = ?1 AND id > ?2 AND {MAY_HAVE_RUNG})"
        ),
        values![about.call, about.attempt, outcome, ended],
    )?;
    Ok(())
}

fn follow_documents(database: &Database, at: i64, event: &Event) -> Db<()> {
    match event {
        Event::Agent { environment, account, name, document } => database.execute(
            "INSERT INTO agents (account, environment, name, document, applied) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (account, environment, name)
             DO UPDATE SET document = excluded.document, applied = excluded.applied",
            values![account, environment, name, document.to_string(), at],
        )?,
        Event::SecretHost { secret, host } => database.execute(
            "INSERT INTO secret_hosts (secret, host, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            values![secret, host, at],
        )?,
        _ => 0,
    };
    Ok(())
}

fn follow_prohibitions(database: &Database, at: i64, actor: &str, event: &Event) -> Db<()> {
    match event {
        Event::Suppressed { number, reason } => database.execute(
            "INSERT INTO suppressions (number, since, who, reason) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            values![number, at, actor, reason],
        )?,
        Event::Stopped { environment, campaign } => database.execute(
            "INSERT INTO stops (environment, campaign, since, who) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            values![environment, campaign.as_deref().unwrap_or_default(), at, actor],
        )?,
        Event::Resumed { environment, campaign } => database.execute(
            "DELETE FROM stops WHERE environment = ?1 AND campaign = ?2",
            values![environment, campaign.as_deref().unwrap_or_default()],
        )?,
        _ => 0,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::super::schema;
    use super::*;
    use crate::identity::{AgentDigest, CallId, Fingerprint, NumberId};

    /// An event by which an attempt would come into a state.
    fn into(state: State) -> Event {
        let resolved = |placed, inferred| Event::Resolved { placed, inferred, session: None, reason: String::new() };
        match state {
            State::Intent => Event::Intent(Box::new(Intent {
                run: "1-1".into(),
                environment: "default".into(),
                account: "emulator / 1".into(),
                campaign: "april".into(),
                number: NumberId::from_bytes([1; 16]),
                fingerprint: Fingerprint::from_bytes([2; 16]),
                agent: AgentDigest::of(&json!({})),
                timestamp: 0,
                busy_until: 0,
                callers: Vec::new(),
                limits: super::super::RequestLimits::default(),
                worker: 0,
            })),
            State::Sending => Event::Sending,
            State::Placed => Event::Placed { session: "s".into(), request_id: None, busy_until: None },
            State::Rejected => Event::Rejected { code: "c".into(), permanent: false, request_id: None, reason: None },
            State::Unknown => Event::Unknown { reason: String::new(), code: None, request_id: None, session: None },
            State::PlacedInferred => resolved(true, true),
            State::NotPlacedInferred => resolved(false, true),
            State::ResolvedPlaced => resolved(true, false),
            State::ResolvedNotPlaced => resolved(false, false),
        }
    }

    #[test]
    fn an_attempt_takes_no_other_course_than_those_that_there_are() {
        let courses: BTreeSet<&str> = "
            intent>sending intent>placed intent>rejected intent>unknown
            sending>placed sending>rejected sending>unknown
            unknown>placed unknown>rejected
            unknown>placed_inferred unknown>not_placed_inferred unknown>resolved_placed unknown>resolved_not_placed
            not_placed_inferred>placed resolved_not_placed>placed"
            .split_whitespace()
            .collect();
        let about = About { call: Some(CallId::from_bytes([3; 16])), attempt: Some(1) };
        for before in State::ALL {
            for after in State::ALL {
                let database = Database::scratch().unwrap();
                schema::create(&database).unwrap();
                follow(&database, 0, "me", about, &into(State::Intent)).unwrap();
                database.execute("UPDATE attempts SET state = ?1", values![before]).unwrap();
                let followed = follow(&database, 1, "me", about, &into(after));
                let course = format!("{before}>{after}");
                assert_eq!(followed.is_ok(), courses.contains(course.as_str()), "{course}: {followed:?}");
            }
        }
    }
}
