//! The words that orders to hide a machine are made of, and those that make them something else.

pub(super) const MACHINE: &[&str] = &[
    "ai",
    "bot",
    "robot",
    "chatbot",
    "voicebot",
    "machine",
    "computer",
    "language model",
    "automated system",
    "virtual assistant",
    "artificial intelligence",
];
pub(super) const ROMANCE_MACHINE: &[&str] = &[
    "ia",
    "robot",
    "robô",
    "bot",
    "chatbot",
    "máquina",
    "macchina",
    "machine",
    "asistente virtual",
    "assistente virtual",
    "assistente virtuale",
    "assistant virtuel",
    "inteligencia artificial",
    "inteligência artificial",
    "intelligenza artificiale",
    "intelligence artificielle",
];
pub(super) const HUMAN: &[&str] = &[
    "human",
    "person",
    "real human",
    "real person",
    "actual human",
    "actual person",
    "living human",
    "living person",
    "not an ai",
    "not ai",
    "not a bot",
    "not a robot",
    "not a chatbot",
    "not a machine",
    "not a computer",
];
pub(super) const ROMANCE_HUMAN: &[&str] = &[
    "humano",
    "humana",
    "umano",
    "umana",
    "humain",
    "humaine",
    "ser humano",
    "persona",
    "persona real",
    "persona vera",
    "pessoa",
    "pessoa real",
    "personne réelle",
];
pub(super) const HANZI_MACHINE: &[&str] = &["ai", "人工智能", "机器"];
pub(super) const HANZI_HUMAN: &[&str] = &["真人", "人类", "人工客服", "人工坐席"];

/// Between two parts, they make the order another one.
pub(super) const TURNS: &[&str] = &[
    "not",
    "no",
    "because",
    "but",
    "since",
    "as",
    "only",
    "just",
    "merely",
    "before",
    "after",
    "until",
    "without",
    "unless",
    "instead",
    "while",
    "if",
    "when",
    "where",
    "human",
    "person",
    "humans",
    "people",
    "about",
    "nur",
    "solo",
    "só",
    "seulement",
    "humano",
    "humain",
    "mensch",
];
pub(super) const TURNS_INSIDE: &[&str] = &["n't", "不", "只", "仅", "真人", "だけ", "人間"];

/// Behind the last word of an order that is open: the sense stays the same.
pub(super) const GOES_ON: &[&str] = &[
    "being",
    "agent",
    "operator",
    "representative",
    "employee",
    "receptionist",
    "assistant",
    "caller",
    "system",
    "model",
    "voice",
    "named",
    "called",
    "and",
    "or",
    "nor",
    "if",
    "unless",
    "even",
    "when",
    "ever",
    "at",
    "to",
    "from",
    "not",
    "y",
    "o",
    "e",
    "ou",
    "et",
    "virtual",
];

/// Before an order to lie, they turn it round.
pub(super) const NO: &[&str] = &[
    "never",
    "not",
    "without",
    "avoid",
    "refrain",
    "forbidden",
    "forbid",
    "prohibited",
    "illegal",
    "unlawful",
    "nor",
    "neither",
    "cannot",
    "don'ts",
    "nunca",
    "jamás",
    "jamais",
    "não",
    "non",
    "mai",
    "nie",
    "niemals",
    "nicht",
    "kein",
    "ne",
];
pub(super) const NO_INSIDE: &[&str] =
    &["n't", "不", "别", "禁止", "切勿", "严禁", "请勿", "避免", "ない", "금지", "마세요"];

/// What may stand directly before an order to lie.
pub(super) const LEADS: &[&str] =
    &["always", "then", "please", "just", "must", "should", "to", "and", "or", "instead", "also", "asked", "will"];

/// Others, of whom a clause may speak.
pub(super) const OTHERS: &[&str] = &[
    "they",
    "he",
    "she",
    "we",
    "who",
    "callee",
    "callees",
    "caller",
    "callers",
    "customer",
    "customers",
    "patient",
    "patients",
    "people",
    "users",
];
pub(super) const OTHERS_INSIDE: &[&str] = &["如果", "假如", "要是", "对方", "客户", "用户", "有人"];

/// Questions about it, and the answers that deny it.
pub(super) const ASKED: &[&str] = &["ask", "asks", "asked", "wonder", "wonders"];
pub(super) const ABOUT: &[&str] =
    &["you are", "you're", "are you", "this is", "is this", "they are talking to", "they're talking to"];
pub(super) const DENIALS: &[&str] =
    &["say no", "answer no", "reply no", "respond no", "say with no", "answer with no", "deny it"];
