use crate::support::{OF_FILE, callees, codes, lint};

fn of(keys: &[&str]) -> Vec<&'static str> {
    let row = |(n, key): (usize, &&str)| format!("{key},+121255501{n:02}\n");
    let rows: String = keys.iter().enumerate().map(row).collect();
    codes(&[OF_FILE, callees(&format!("id,number\n{rows}"))])
}

#[test]
fn the_rows_own_number_is_found_however_it_is_written() {
    for key in ["+12125550100", "0012125550100", "2125550100", "(212) 555-0100", "212.555.0100", "+44 7700 900123"] {
        assert_eq!(of(&[key]), ["CF059"], "{key}");
    }
}

#[test]
fn long_ids_are_no_numbers() {
    for key in ["2125550199", "00000000100", "P-2125550100", "5550100-x", "20310414", "+", "0100"] {
        assert_eq!(of(&[key]), [""; 0], "{key}");
    }
}

#[test]
fn leading_zeros_and_case_tell_no_keys_apart() {
    for keys in [["0042", "42"], ["42", "00042"], ["p-1", "P-1"], ["ÄB", "äb"], ["Anna", "anna"]] {
        assert_eq!(of(&keys), ["CF059"], "{keys:?}");
    }
}

#[test]
fn other_keys_are_told_apart() {
    for keys in [["0042", "0420"], ["P-01", "P-1"], ["aB3x", "Ab3X"], ["0", "1"], ["P-1", "P 1"]] {
        assert_eq!(of(&keys), [""; 0], "{keys:?}");
    }
}

#[test]
fn the_column_of_numbers_as_key_is_one_mistake() {
    let campaign = "callees:\n  file: callees.csv\n  key: number\n";
    let csv = "number\n+12125550147\n+12125550148\n";
    let (loaded, found) = lint(&[(OF_FILE.0, campaign), callees(csv)]);
    assert_eq!(found.len(), 1);
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "number");
}
