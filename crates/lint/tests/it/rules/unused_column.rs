use crate::support::{GREETING, OF_FILE, callees, codes, lint};

#[test]
fn columns_are_named_once_and_not_for_each_row() {
    let csv = "id,number,email,callee_name,city\na,+12125550147,x,Ann,y\nb,+12125550148,x,Tom,y\n";
    let (loaded, found) = lint(&[GREETING, OF_FILE, callees(csv)]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "nothing reads the columns `email` and `city`");
    let at = loaded.sources.locate(found[0].primary.as_ref().unwrap().span);
    assert_eq!((at.line, at.column, at.end_column), (1, 11, 16));
}

#[test]
fn a_misspelt_variable_is_recognised() {
    let agent = (GREETING.0, "variables:\n  callee_name:\n    default: friend\nwelcome: Hi {{ callee_name }}.\n");
    let (_, found) = lint(&[agent, OF_FILE, callees("id,number,Callee name\na,+12125550147,Ann\n")]);
    assert_eq!(found[0].help[0], "did you mean `callee_name`?");
    let row = "callees:\n  inline:\n    - number: \"+12125550147\"\n      calle_name: Ann\n";
    let (loaded, found) = lint(&[agent, ("campaigns/april.yaml", row)]);
    assert_eq!(found[0].help[0], "did you mean `callee_name`?");
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "Ann");
}

#[test]
fn a_column_that_another_campaign_of_the_file_reads_is_read() {
    let agent = "kind: Agent\nname: caller\nprompt: Be kind.\nvariables:\n  city: {}\nwelcome: Hi {{ city }}, this is Kate, an AI assistant.\nllm:\n  openai:\n    model: gpt-4o-mini\n    url: https://api.openai.com/v1/\n    apiKey: ${env:OPENAI_API_KEY}\nvoice: WeRose\nlanguages:\n  - en\nlimits:\n  ring: 45s\n  call: 10m\n";
    let campaign = "kind: Campaign\nname: may\nrepeat: allowed\nagent: caller\ncallers:\n  - \"+12125550123\"\ncallees:\n  file: callees.csv\n  key: id\n";
    let csv = "id,number,callee_name,city,email\na,+12125550147,Ann,Bath,x\n";
    let files = [GREETING, OF_FILE, callees(csv), ("agents/caller.yaml", agent), ("campaigns/may.yaml", campaign)];
    let (_, found) = lint(&files);
    let messages: Vec<_> = found.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(messages, ["nothing reads the column `email`"]);
}

#[test]
fn a_column_may_have_another_name_than_its_variable() {
    let campaign = "callees:\n  file: callees.csv\n  key: id\n  columns:\n    callee_name: first name\n";
    let csv = "id,number,first name\na,+12125550147,Ann\n";
    assert_eq!(codes(&[GREETING, (OF_FILE.0, campaign), callees(csv)]), [""; 0]);
}
