use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::project::Placed;

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds variables whose name says personal data (a person's name, phone, address, e-mail, birthday, card or identity
    /// number, diagnosis; in other languages too, such as `姓名` and `apellido`) in `providerVariables`,
    /// `promptVariables`, Dify's `user` and `conversationId`, and descriptions of functions.
    ///
    /// ## Why it is bad
    ///
    /// These are kept as labels: the provider stores variables with the call, Dify lists conversations by `user`, and
    /// gateways log the declarations of functions. Nobody deletes them when a person asks for it. callform itself keeps
    /// numbers only as keyed digests, and this undoes it.
    ///
    /// Names that speak of a business (`clinic_phone`, `公司地址`) are not reported.
    code: "CF018",
    name: "personal-data-in-logs",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
variables:
  patient_name:
    maxLength: 60
providerVariables:
  patient: \"{{ patient_name }}\"
")],
    good: &[("agents/checkup.yaml", "\
variables:
  patient_id:
    maxLength: 60
providerVariables:
  patient: \"{{ patient_id }}\"
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let templates = &view.agent.templates;
    let named = templates.provider_variables.iter().chain(&templates.prompt_variables);
    let variables = named.filter_map(|(_, p)| Some((p.as_ref()?, "the provider stores it with the call")));
    let dify = templates
        .dify_user
        .iter()
        .chain(&templates.dify_conversation_id)
        .map(|p| (p, "Dify lists conversations by it"));
    let items = templates.transfer_to_human.iter().chain(&templates.transfer_to_agent).flatten();
    let functions =
        templates.end_call_description.iter().chain(items).map(|p| (p, "logged with the declarations of functions"));
    for (placed, why) in variables.chain(dify).chain(functions) {
        found.extend(finding(view, placed, why));
    }
}

/// The first variable of a text that is personal.
fn finding(view: &AgentView<'_>, placed: &Placed, why: &str) -> Option<Diagnostic> {
    let used = placed.template.uses().iter().find(|used| is_personal(&used.name))?;
    let finding = RULE
        .finding(
            format!("`{}` writes `{}` where it is kept", placed.field, used.name),
            placed.place(used.range.clone()),
            why,
        )
        .related(view.key(&["variables", &used.name]), "personal, by its name");
    Some(if placed.field.starts_with("functions") {
        finding.help("describe the function without it, as in: The callee asks for a person")
    } else {
        finding.help("send a key that only your own system can read, such as `patient_id`")
    })
}

/// Words that say personal data, alone or beside a word for a person.
const ALWAYS: [&str; 35] = [
    "phone",
    "mobile",
    "telephone",
    "tel",
    "cellphone",
    "email",
    "mail",
    "address",
    "street",
    "postcode",
    "zipcode",
    "birthday",
    "birthdate",
    "dob",
    "born",
    "passport",
    "ssn",
    "surname",
    "firstname",
    "lastname",
    "fullname",
    "idcard",
    "forename",
    "iban",
    "diagnosis",
    "wechat",
    "apellido",
    "apellidos",
    "telefono",
    "dni",
    "cpf",
    "vorname",
    "nachname",
    "geburtsdatum",
    "prenom",
];
/// What a name in the end speaks of, where that tells nothing about a person.
const THINGS: [&str; 16] = [
    "in", "out", "model", "brand", "gift", "type", "count", "format", "consent", "enabled", "allowed", "verified",
    "known", "discount", "voucher", "template",
];
/// The same as pairs of words.
const PAIRS: [(&str, &str); 11] = [
    ("credit", "card"),
    ("card", "number"),
    ("first", "name"),
    ("last", "name"),
    ("full", "name"),
    ("given", "name"),
    ("family", "name"),
    ("id", "card"),
    ("national", "id"),
    ("birth", "date"),
    ("of", "birth"),
];
/// Whose name is personal.
const PEOPLE: [&str; 16] = [
    "callee",
    "patient",
    "customer",
    "client",
    "user",
    "person",
    "parent",
    "child",
    "guest",
    "member",
    "student",
    "contact",
    "recipient",
    "buyer",
    "tenant",
    "caller",
];
/// Whose data is everybody's.
const BUSINESSES: [&str; 22] = [
    "clinic", "hospital", "company", "shop", "store", "office", "branch", "business", "support", "service", "hotline",
    "help", "our", "agent", "doctor", "desk", "bank", "brand", "site", "web", "website", "callback",
];
const CHINESE: [&str; 18] = [
    "姓名",
    "名字",
    "身份证",
    "手机",
    "电话",
    "電話",
    "手機",
    "地址",
    "住址",
    "生日",
    "出生",
    "邮箱",
    "郵箱",
    "护照",
    "身分證",
    "银行卡",
    "微信",
    "氏名",
];
const CHINESE_BUSINESSES: [&str; 14] =
    ["公司", "医院", "門店", "门店", "诊所", "店铺", "商家", "客服", "机构", "银行名", "品牌", "网站", "医生", "科室"];

fn is_personal(name: &str) -> bool {
    if CHINESE.iter().any(|word| name.contains(word)) {
        return !CHINESE_BUSINESSES.iter().any(|word| name.contains(word));
    }
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    if has(&BUSINESSES) || words.last().is_some_and(|last| THINGS.contains(&last.as_str())) {
        return false;
    }
    let pair = |(a, b): &(&str, &str)| words.windows(2).any(|w| w[0] == *a && w[1] == *b);
    has(&ALWAYS) || PAIRS.iter().any(pair) || (has(&["name", "nombre"]) && (words.len() == 1 || has(&PEOPLE)))
}

/// The words of a name, in lower case: of `callee_name` as of `calleeName`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        if c == '_' || (c.is_uppercase() && lower) {
            words.push(String::new());
        }
        lower = c.is_lowercase();
        if let Some(last) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            last.extend(c.to_lowercase());
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_are_told_from_those_of_businesses() {
        for name in [
            "name",
            "callee_name",
            "calleeName",
            "phone",
            "home_address",
            "date_of_birth",
            "ID_card",
            "姓名",
            "客户手机号",
            "card_number",
            "credit_card",
            "diagnosis",
            "wechat",
            "微信",
            "氏名",
            "nombre",
            "apellido",
            "telefono",
            "dni",
            "vorname",
            "geburtsdatum",
            "cpf",
            "prenom",
        ] {
            assert!(is_personal(name), "{name}");
        }
        for name in [
            "clinic_phone",
            "doctor_name",
            "product_name",
            "patient_id",
            "公司地址",
            "order",
            "mailing_list_id_",
            "shop_name",
            "appointment",
            "email_opt_in",
            "phone_model",
            "birthday_gift",
            "order_address_type",
        ] {
            assert!(!is_personal(name), "{name}");
        }
    }
}
