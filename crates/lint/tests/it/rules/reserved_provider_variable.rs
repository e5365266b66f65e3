use crate::support::{codes, lint};

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn what_to_write_instead_is_said() {
    for (key, message, help) in [
        ("dify-inputs-user", "`dify-inputs-user` is a variable of the provider's own", "write `llm.dify.user`"),
        (
            "dify-inputs-Shop",
            "`dify-inputs-Shop` is a variable of the provider's own",
            "write it under `llm.dify.inputs`, without `dify-inputs-`",
        ),
        (
            "welcome_message_delay",
            "`welcome_message_delay` is spelt nearly like a variable of the provider's own",
            "write `welcome.delay`, with a unit: `delay: 2s`",
        ),
    ] {
        let (_, found) = lint(&[(AGENT, &format!("providerVariables:\n  {key}: x\n"))]);
        assert_eq!(found.len(), 1, "{key}");
        assert_eq!((found[0].message.as_str(), found[0].help[0].as_str()), (message, help));
    }
}

#[test]
fn keys_of_ones_own_are_free() {
    assert_eq!(codes(&[(AGENT, "providerVariables:\n  welcome: x\n  dify: y\n  welcome-message: z\n")]), [""; 0]);
}
