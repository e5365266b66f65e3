use crate::support::{codes, lint};

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn chinese_is_counted_by_characters() {
    let long = format!("welcome: 您好，{}\n", "我们想提醒您明天来检查。".repeat(8));
    let (_, found) = lint(&[(AGENT, &long)]);
    assert_eq!(
        found.iter().map(|d| d.message.as_str()).collect::<Vec<_>>(),
        ["`welcome` takes about 22 seconds to say"]
    );
    let short = format!("welcome: 您好，{}\n", "我们想提醒您明天来检查。".repeat(6));
    assert_eq!(codes(&[(AGENT, &short)]), [""; 0]);
}

#[test]
fn only_one_branch_of_a_condition_is_said() {
    let half = "word ".repeat(40);
    let agent = format!(
        "variables:\n  a:\n    type: boolean\n    default: true\nwelcome: \"{{% if a %}}{half}{{% else %}}{half}{{% endif %}}\"\n"
    );
    assert_eq!(codes(&[(AGENT, &agent)]), [""; 0]);
}
