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
        r"(?i)artificial|automat|robot|\b(?:chat|voice)?bots?\b|virtual|virtuel|virtuell|digital|numérique|machine|maschine|máquina|macchina|computer",
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

/// An order to hide it.
static HIDES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let machine = r"(?:an? )?(?:\w+ )?(?:AI|bot|robot|chatbot|machine|computer|language model|automated system|virtual assistant)";
    let words = [
        &format!(
            r"\b(?i:never|do not|don't|don’t|must not|mustn't|under no circumstances)\s+(?:\w+\s+){{0,3}}(?i:say|reveal|mention|admit|disclose|tell|acknowledge|confirm)\b[^.\n]{{0,40}}\b(?i:you are|you're|you’re|being|they are talking (?:to|with))\s+(?i:{machine})\b"
        ),
        r"\b(?i:pretend|claim|insist)\b[^.\n]{0,20}\b(?i:to be|you are|you're|you’re)\s+(?i:an? )?(?i:real |actual |living )?(?i:human|person)\b",
        r"(?:不要|别|不得|禁止|不能|切勿|绝不|不可)[^。，\n]{0,8}(?:透露|承认|暴露|告诉|说出|提及)[^。，,；\n]{0,12}是[^。，,；\n]{0,6}(?:AI|人工智能|机器人|机器)",
        r"(?:假装|声称|坚称)[^。\n]{0,8}(?:真人|人类)",
    ];
    Regex::new(&words.join("|")).ok()
});
/// Before [`HIDES`], it turns an order into its opposite.
static NOT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:never|not|n't|n’t|without|不要|别|不得|禁止|不能|切勿|绝不|不可)\s*(?:\w+\s+)?$").ok()
});

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    if view.is_dify() {
        return;
    }
    let templates = &view.agent.templates;
    let prompt = templates.prompt.as_ref().map(|p| (p, literal(p.text())));
    if let Some((placed, text)) = &prompt
        && let Some(order) = hides(text)
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
    DISCLOSES.as_ref().is_none_or(|words| words.is_match(text))
}

fn hides(text: &str) -> Option<std::ops::Range<usize>> {
    let orders = HIDES.as_ref()?.find_iter(text);
    let meant = |at: usize| !NOT.as_ref().is_some_and(|not| not.is_match(&text[..at]));
    orders.filter(|order| meant(order.start())).map(|order| order.range()).next()
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
        assert!(DISCLOSES.is_some() && GREETS.is_some() && NAMES.is_some() && HIDES.is_some() && NOT.is_some());
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
        ] {
            assert!(discloses(text), "{text}");
        }
        for text in ["Kate from the clinic", "I said hello", "我是李医生", "Dr. Maier", "She PAID"] {
            assert!(!discloses(text), "{text}");
        }
    }

    #[test]
    fn an_order_to_hide_it_is_told_from_its_opposite() {
        for text in [
            "Never say that you are an AI.",
            "Do not ever reveal to the callee that you're a robot",
            "If asked, insist that you are a real person.",
            "Pretend to be a human.",
            "不要透露你是机器人",
        ] {
            assert!(hides(text).is_some(), "{text}");
        }
        for text in [
            "Never claim to be a human.",
            "Do not pretend to be a person.",
            "Never deny that you are an AI.",
            "Say that you are an AI.",
            "Do not mention the AI features of the product.",
            "不要假装真人",
        ] {
            assert!(hides(text).is_none(), "{text}");
        }
    }
}
