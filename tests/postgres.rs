//! The PostgreSQL that tests stand on does what they rely on: databases that nobody shares, and servers that lose what a
//! killed server loses, and nothing else.

#[path = "support/postgres.rs"]
mod postgres;

use postgres::{Database, Server, copy, query, try_query};

#[test]
fn every_database_is_fresh_and_goes_away() {
    let one = Database::fresh();
    let other = Database::fresh();
    query(one.url(), "CREATE TABLE mine (x int)");
    assert_eq!(query(one.url(), "SELECT to_regclass('mine') IS NOT NULL"), "t");
    assert_eq!(query(other.url(), "SELECT to_regclass('mine') IS NOT NULL"), "f");

    let gone = one.url().to_owned();
    drop(one);
    let error = try_query(&gone, "SELECT 1").unwrap_err();
    assert!(error.contains("does not exist"), "{error}");
}

#[test]
fn sessions_do_not_wait_for_their_commits_unless_they_ask_to() {
    let database = Database::fresh();
    assert_eq!(query(database.url(), "SHOW synchronous_commit"), "off");
    assert_eq!(query(database.url(), "SET synchronous_commit = on; SHOW synchronous_commit"), "on");
}

#[test]
fn a_wrong_password_is_refused() {
    let database = Database::fresh();
    let (before, after) = database.url().split_once('@').unwrap();
    let error = try_query(&format!("{before}x@{after}"), "SELECT 1").unwrap_err();
    assert!(error.contains("password authentication failed"), "{error}");
}

#[test]
fn a_server_that_was_killed_is_down_and_comes_back_with_what_was_committed() {
    let server = Server::start();
    query(server.url(), "SET synchronous_commit = on; CREATE TABLE kept AS SELECT 7 AS x");
    let system = query(server.url(), "SELECT system_identifier FROM pg_control_system()");

    server.kill();
    let error = try_query(server.url(), "SELECT 1").unwrap_err();
    assert!(error.contains("Connection refused"), "{error}");

    server.start_again();
    assert_eq!(query(server.url(), "SELECT x FROM kept"), "7");
    assert_eq!(query(server.url(), "SELECT system_identifier FROM pg_control_system()"), system);
}

#[test]
fn servers_can_be_told_apart() {
    let one = Server::start();
    let other = Server::start();
    let identifier = "SELECT system_identifier FROM pg_control_system()";
    assert_ne!(query(one.url(), identifier), query(other.url(), identifier));
}

#[test]
fn a_copy_holds_what_was_in_the_other_database() {
    let (from, to) = (Database::fresh(), Database::fresh());
    query(from.url(), "CREATE TABLE kept AS SELECT 7 AS x");
    copy(from.url(), to.url());
    assert_eq!(query(to.url(), "SELECT x FROM kept"), "7");
}
