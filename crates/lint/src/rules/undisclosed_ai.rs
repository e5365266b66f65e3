mod orders;
mod phrases;
mod words;

use std::ops::Range;
use std::sync::LazyLock;

use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::project::Placed;
use callform_spec::value::Value;
use regex::Regex;

use super::{Check, rule};
use crate::inspect::{AgentView, called, literal};

rule! {
    /// ## What it does
    ///
    /// Finds agents that introduce themselves, in the welcome message or in the prompt, and never say that a machine is
    /// speaking; and prompts that forbid to say so. It reads Chinese, English, French, German, Italian, Japanese,
    /// Korean, Portuguese and Spanish.
    ///
    /// ## Why it is bad
    ///
    /// Laws of the European Union, of China, of California and of other places want people to be told that they talk
    /// with an AI. The tone of `complianceAudio` means nothing to a callee who has never heard of it, and one who finds
    /// out in the middle of the call believes nothing that was said before.
    ///
    /// Dify applications hold their words themselves and are not judged.
    code: "CF025",
    name: "undisclosed-ai",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
welcome: Hi, this is Kate from Harbour Clinic.
")],
    good: &[("agents/checkup.yaml", "\
welcome: Hi, this is Kate, the AI assistant of Harbour Clinic.
")],
    check: Check::AgentInCampaigns(check),
}

/// Words that tell that a machine is speaking; an assistant may be one.
static DISCLOSES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = [
        r"(?-u:\b)(?:AI|A\.I\.|KI|IA)(?-u:\b)",
        r"(?i)artificial|automat|robot|robô|\b(?:chat|voice)?bots?\b|virtual|virtuel|virtuell|digital|numérique|machine|maschine|máquina|macchina|computer",
        r"(?i)assist[ae]n|künstlich|inteligencia artificial|intelligen[cz]a? artific|intelligence artific",
        "智能|智慧|机器|機器|自动|自動|人工智|助手|助理|虚拟|虛擬|数字人|アシスタント|ロボット|人工知能|オペレーターAI|音声案内",
        "로봇|인공지능|자동|비서|어시스턴트|가상",
    ];
    Regex::new(&words.join("|")).ok()
});

/// An introduction, as it is spoken.
static GREETS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = [
        r"(?i)\b(?:this is|i am|i'm|i’m|my name is|calling from)\b",
        r"(?i)\b(?:ich bin|mein name ist|hier (?:ist|spricht)|je suis|je m'appelle|je m’appelle|me llamo|mi nombre es|le habla|meu nome é|aqui é|mi chiamo|il mio nome è)\b",
        r"\b(?:[Ss]oy|[Ss]ou|[Ss]ono)\s+\p{Lu}",
        "我是|我叫|这里是|這裡是|と申します|私は|でございます|저는|입니다",
    ];
    Regex::new(&words.join("|")).ok()
});

/// An introduction, as a prompt gives it to the model.
static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = [
        r"\b[Yy]ou are (?:(?:Mr|Mrs|Ms|Dr)\b|[A-Z][a-z]+ (?:from|of|at|in)\b|an? (?:[\w-]+ ){0,3}(?:receptionist|nurse|doctor|clerk|employee|colleague|representative|secretary)\b)",
        r"\b(?i:your name is|du heißt|sie heißen|dein name ist|tu t'appelles|te llamas|tu nombre es|seu nome é|ti chiami)\b",
        "你是一名|你是一位|你叫|您是一名|您是一位|あなたの名前は|당신의 이름은",
    ];
    Regex::new(&words.join("|")).ok()
});

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    if view.is_dify() {
        return;
    }
    let templates = &view.agent.templates;
    let prompt = templates.prompt.as_ref().map(|p| (p, literal(p.text())));
    if let Some((placed, text)) = &prompt
        && let Some(order) = orders::hides(text)
    {
        found.push(
            RULE.finding("the prompt hides that an AI is speaking", placed.place(order), "an order to hide it")
                .help("let the agent say so when it is asked, and in its first sentence"),
        );
        return;
    }
    let welcome = templates.welcome.as_ref().map(|p| (p, literal(p.text())));
    let texts = || welcome.iter().chain(&prompt);
    if texts().any(|(placed, text)| discloses(text) || values(view, placed).any(discloses)) {
        return;
    }
    let spoken = welcome.iter().find_map(|(placed, text)| Some((placed, GREETS.as_ref()?.find(text)?.range())));
    let told = || prompt.iter().find_map(|(placed, text)| Some((placed, NAMES.as_ref()?.find(text)?.range())));
    let introduction = spoken.or_else(told);
    if let Some((placed, range)) = introduction {
        let message = format!("{} introduces the agent, and nothing says that it is an AI", called(placed));
        found.push(
            RULE.finding(message, placed.place(range), "who is speaking?")
                .help("say it in the first sentence, as in: This is Kate, the AI assistant of the clinic"),
        );
    }
}

fn discloses(text: &str) -> bool {
    DISCLOSES.as_ref().is_none_or(|words| words.find_iter(text).any(|found| !is_in_a_name(text, found.range())))
}

/// What an AI is called by, with a capital too.
const ROLES: [&str; 9] = ["Agent", "Assistant", "Bot", "Call", "Caller", "Clerk", "Helper", "Receptionist", "Voice"];

/// Whether a word is the beginning of a company's name: `from AI Dynamics`.
fn is_in_a_name(text: &str, word: Range<usize>) -> bool {
    let of = ["from ", "at ", "of ", "for "].iter().any(|of| text[..word.start].ends_with(of));
    let capital = text[word.start..].starts_with(char::is_uppercase);
    let next = text[word.end..].strip_prefix(' ').and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
    of && capital && next.is_some_and(|next| next.starts_with(char::is_uppercase) && !ROLES.contains(&next))
}

/// What the variables of a text are by default, and in campaigns for everybody.
fn values<'a>(view: &AgentView<'a>, placed: &'a Placed) -> impl Iterator<Item = &'a str> {
    let project = view.project;
    let agent = view.agent;
    placed.template.uses().iter().flat_map(move |used| {
        let default = agent.variables.iter().filter(|v| v.name == used.name).filter_map(|v| v.default.as_ref());
        let constants = project.campaigns.iter().flat_map(|c| &c.constants).filter(|(name, _)| *name == used.name);
        let all = default.chain(constants.map(|(_, value)| value));
        all.filter_map(|value| if let Value::Text(text) = value { Some(text.as_str()) } else { None })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_are_patterns() {
        assert!(DISCLOSES.is_some() && GREETS.is_some() && NAMES.is_some());
    }

    #[test]
    fn a_machine_is_told_in_many_languages() {
        for text in [
            "the AI assistant",
            "an automated call",
            "我是智能客服",
            "AI客服",
            "这里是机器人",
            "der KI-Assistent",
            "l'assistant vocal",
            "el asistente virtual",
            "o assistente",
            "l'assistente",
            "AIアシスタント",
            "인공지능 상담사",
            "Olá, aqui é o robô da clínica.",
            "a call from AI Receptionist Kate",
        ] {
            assert!(discloses(text), "{text}");
        }
        for text in [
            "Kate from the clinic",
            "I said hello",
            "我是李医生",
            "Dr. Maier",
            "She PAID",
            "this is Kate from AI Dynamics",
            "I am calling from Robot Vacuums Inc",
        ] {
            assert!(!discloses(text), "{text}");
        }
    }
}
