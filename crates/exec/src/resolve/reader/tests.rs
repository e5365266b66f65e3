use super::*;

fn page(total: u64, ids: &[&str]) -> Page<SessionId> {
    Page { total, rows: ids.iter().map(|id| SessionId::from(*id)).collect(), server_date: None }
}

fn gathered(pages: &[Page<SessionId>], size: u64) -> (usize, bool) {
    let mut gathering = Gathering::default();
    let mut used = 0;
    while gathering.next().is_some() {
        gathering.add(pages[used].clone(), Some(size), |id| id);
        used += 1;
    }
    let list = gathering.end();
    (used, list.complete)
}

#[test]
fn a_list_is_complete_when_all_counts_agree_with_the_rows() {
    assert_eq!(gathered(&[page(0, &[])], 2), (1, true));
    assert_eq!(gathered(&[page(2, &["a", "b"])], 2), (1, true));
    assert_eq!(gathered(&[page(3, &["a", "b"]), page(3, &["c"])], 2), (2, true));
}

#[test]
fn a_count_that_changes_a_row_that_is_missing_and_one_that_comes_twice_make_it_incomplete() {
    let (pages, complete) = gathered(&[page(3, &["a", "b"]), page(4, &["c"])], 2);
    assert_eq!((pages, complete), (2, false), "the count changed");
    assert_eq!(gathered(&[page(3, &["a", "b"]), page(3, &[])], 2), (2, false), "a row is missing");
    assert_eq!(gathered(&[page(4, &["a"])], 2), (1, false), "a page is short");
    assert_eq!(gathered(&[page(3, &["a", "b"]), page(3, &["b"])], 2), (2, false), "a row came twice");
    assert_eq!(gathered(&[page(0, &["a"])], 2), (1, false), "more rows than it counts");
}

#[test]
fn two_rows_of_one_session_on_one_page_are_both_there_and_push_nothing_out_of_sight() {
    assert_eq!(gathered(&[page(2, &["a", "a"])], 3), (1, true));
    assert_eq!(gathered(&[page(3, &["a", "a"]), page(3, &["a"])], 2), (2, false), "on two pages it is not known");
}

#[test]
fn a_session_is_asked_for_in_both_forms_and_one_that_is_no_uuid_as_it_is() {
    let both = ["6bb56a09-2787-40bc-80c5-dc6dab783eff", "6bb56a09278740bc80c5dc6dab783eff"];
    for received in both {
        let forms = both_forms(&SessionId::from(received));
        assert_eq!(forms.iter().map(SessionId::as_str).collect::<Vec<_>>(), both);
    }
    let forms = both_forms(&SessionId::from("Short-1"));
    assert_eq!(forms.iter().map(SessionId::as_str).collect::<Vec<_>>(), ["Short-1"]);
}
