//! Orders to hide that a machine is speaking, by language.

use self::Gap::{Any, Only};
use self::Kind::{Forbids, Orders, Says};
use super::words::{HANZI_HUMAN, HANZI_MACHINE, HUMAN, MACHINE, ROMANCE_HUMAN, ROMANCE_MACHINE};

/// What may stand between two parts of an order.
#[derive(Clone, Copy, Debug)]
pub(super) enum Gap {
    /// Anything as long as this, in characters, unless it turns the sense round.
    Any(usize),
    /// Adverbs and words such as these.
    Only(&'static [&'static str]),
}

/// How an order is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It forbids to tell.
    Forbids,
    /// It orders to lie: the opposite, if something before it says no.
    Orders,
    /// It tells the model what it is, at the beginning of a sentence.
    Says,
}

/// Parts that follow one another within a clause: what may stand before one, and its words.
#[derive(Debug)]
pub(super) struct Phrase {
    pub(super) kind: Kind,
    pub(super) parts: &'static [(Gap, &'static [&'static str])],
    /// Whether its last word is one that others may change the sense of: `human` in `human resources`.
    pub(super) open: bool,
}

const NOTHING: Gap = Only(&[]);
const ARTICLE: Gap = Only(&["a", "an", "the", "un", "un'", "una", "une", "um", "uma", "eine", "ein", "einen"]);

const fn phrase(kind: Kind, open: bool, parts: &'static [(Gap, &'static [&'static str])]) -> Phrase {
    Phrase { kind, parts, open }
}

pub(super) const PHRASES: &[Phrase] = &[
    // English.
    phrase(
        Forbids,
        true,
        &[
            (
                NOTHING,
                &[
                    "never",
                    "do not",
                    "don't",
                    "must not",
                    "mustn't",
                    "should not",
                    "under no circumstances",
                    "avoid",
                    "refrain from",
                ],
            ),
            (
                Only(&["ever", "you", "under any circumstances", "should you", "do you"]),
                &[
                    "say",
                    "saying",
                    "reveal",
                    "revealing",
                    "mention",
                    "mentioning",
                    "admit",
                    "admitting",
                    "disclose",
                    "disclosing",
                    "tell",
                    "telling",
                    "acknowledge",
                    "acknowledging",
                    "confirm",
                    "confirming",
                ],
            ),
            (
                Any(34),
                &[
                    "you are",
                    "you're",
                    "being",
                    "that this is",
                    "they are talking to",
                    "they are talking with",
                    "they are speaking to",
                    "they are speaking with",
                ],
            ),
            (ARTICLE, MACHINE),
        ],
    ),
    phrase(
        Orders,
        true,
        &[
            (NOTHING, &["deny", "hide", "conceal", "disguise", "keep secret", "keep it secret", "keep it a secret"]),
            (Any(24), &["you are", "you're", "being", "that this is"]),
            (ARTICLE, MACHINE),
        ],
    ),
    phrase(
        Orders,
        true,
        &[
            (
                NOTHING,
                &[
                    "pretend",
                    "claim",
                    "insist",
                    "say",
                    "answer",
                    "reply",
                    "state",
                    "assure them",
                    "tell them",
                    "tell the callee",
                    "tell the caller",
                    "tell callers",
                ],
            ),
            (Only(&["that"]), &["to be", "you are", "you're"]),
            (ARTICLE, HUMAN),
        ],
    ),
    phrase(
        Says,
        true,
        &[
            (NOTHING, &["you are", "you're"]),
            (
                ARTICLE,
                &[
                    "human",
                    "real human",
                    "real person",
                    "living person",
                    "not an ai",
                    "not ai",
                    "not a bot",
                    "not a robot",
                    "not a machine",
                ],
            ),
        ],
    ),
    // German.
    phrase(
        Forbids,
        false,
        &[
            (NOTHING, &["verrate", "verraten sie", "sag", "sage", "sagen sie", "erwähne", "erwähnen sie", "offenbare"]),
            (Any(20), &["nie", "niemals", "nicht", "keinesfalls", "auf keinen fall"]),
            (Any(12), &["dass du", "dass sie"]),
            (ARTICLE, &["ki", "roboter", "bot", "chatbot", "maschine", "computer", "künstliche intelligenz"]),
            (Any(12), &["bist", "sind"]),
        ],
    ),
    phrase(
        Orders,
        false,
        &[
            (NOTHING, &["gib dich als", "geben sie sich als"]),
            (Only(&["echter", "ein"]), &["mensch"]),
            (NOTHING, &["aus"]),
        ],
    ),
    // Spanish, Portuguese, Italian.
    phrase(
        Forbids,
        true,
        &[
            (NOTHING, &["nunca", "jamás", "jamais", "no", "não", "non", "mai"]),
            (
                Only(&["le", "les", "lhe", "lhes", "mai"]),
                &[
                    "digas",
                    "diga",
                    "decir",
                    "reveles",
                    "revele",
                    "revelar",
                    "admitas",
                    "admita",
                    "menciones",
                    "mencione",
                    "reconozcas",
                    "reconozca",
                    "dizer",
                    "dire",
                    "dica",
                    "rivelare",
                    "riveli",
                    "ammettere",
                ],
            ),
            (Any(20), &["que eres", "que es", "que você é", "que é", "que és", "che sei", "che è", "di essere"]),
            (ARTICLE, ROMANCE_MACHINE),
        ],
    ),
    phrase(
        Orders,
        true,
        &[
            (
                NOTHING,
                &[
                    "finge ser",
                    "finja ser",
                    "di que eres",
                    "diga que es",
                    "diga que é",
                    "fingi di essere",
                    "finga di essere",
                    "prétends être",
                    "prétendez être",
                    "fais semblant d'être",
                    "faites semblant d'être",
                ],
            ),
            (ARTICLE, ROMANCE_HUMAN),
        ],
    ),
    // French.
    phrase(
        Forbids,
        true,
        &[
            (
                NOTHING,
                &[
                    "ne dis",
                    "ne dites",
                    "ne révèle",
                    "ne révélez",
                    "ne mentionne",
                    "ne mentionnez",
                    "n'avoue",
                    "n'avouez",
                    "n'admets",
                    "n'admettez",
                ],
            ),
            (Only(&["surtout"]), &["jamais", "pas"]),
            (Any(20), &["que tu es", "que vous êtes", "que c'est"]),
            (ARTICLE, ROMANCE_MACHINE),
        ],
    ),
    // Chinese.
    phrase(
        Forbids,
        false,
        &[
            (NOTHING, &["不要", "别", "不得", "禁止", "不能", "切勿", "绝不", "不可", "不许", "严禁"]),
            (Any(8), &["透露", "承认", "暴露", "告诉", "说出", "提及", "泄露"]),
            (Any(12), &["是"]),
            (Any(6), HANZI_MACHINE),
        ],
    ),
    phrase(Orders, false, &[(NOTHING, &["隐瞒", "否认", "掩盖"]), (Any(4), &["是"]), (Any(4), HANZI_MACHINE)]),
    phrase(Orders, false, &[(NOTHING, &["假装", "声称", "坚称", "自称", "冒充", "谎称"]), (Any(8), HANZI_HUMAN)]),
    phrase(
        Orders,
        false,
        &[
            (NOTHING, &["就说", "请说", "回答", "回复"]),
            (Any(3), &["是真人", "是人工客服", "是人工坐席", "是人类", "不是ai", "不是机器人"]),
        ],
    ),
    phrase(Says, false, &[(NOTHING, &["你是真人", "你是一名真人", "你是一位真人", "您是真人"])]),
    // Japanese.
    phrase(
        Forbids,
        false,
        &[
            (NOTHING, &["ai", "ロボット", "人工知能", "機械"]),
            (Any(8), &["である", "だという", "だと"]),
            (Any(8), &["明かさ", "言わ", "伝え", "話さ", "教え", "認め"]),
            (NOTHING, &["ないで", "ないこと", "ないよう"]),
        ],
    ),
    phrase(
        Orders,
        false,
        &[
            (NOTHING, &["人間のふりを", "人間のフリを", "人間の振りを"]),
            (NOTHING, &["してください", "して話", "して対応", "すること", "しなさい", "しろ", "せよ"]),
        ],
    ),
    // Korean.
    phrase(
        Forbids,
        false,
        &[
            (NOTHING, &["ai", "인공지능", "로봇", "챗봇", "기계"]),
            (Any(2), &["라는", "임을", "라고"]),
            (Any(8), &["밝히지", "말하지", "알리지", "드러내지", "인정하지"]),
            (Any(1), &["마", "말", "않도록"]),
        ],
    ),
    phrase(
        Orders,
        false,
        &[
            (NOTHING, &["사람인 척", "사람인척", "인간인 척", "인간인척"]),
            (Any(1), &["하세요", "하십시오", "해 주세요", "해주세요"]),
        ],
    ),
];
