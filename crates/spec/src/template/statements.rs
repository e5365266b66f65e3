//! From pieces to a tree: `if`, `for` and `set`, and what is wrong with their nesting.

use std::ops::Range;

use super::error::TemplateError;
use super::mistakes;
use super::syntax::{Reader, Token, TokenKind, is_name};
use super::tags::{self, Piece, Tag, TagKind};
use super::tree::{Expr, Node};

/// Deepest nesting of statements. It bounds the stack, here and when rendering.
const MAX_DEPTH: usize = 32;

/// Most mistakes that are told of one template: nobody reads more, and a file that is no template has thousands.
const MAX_ERRORS: usize = 100;

/// The tree of a template.
///
/// # Errors
/// Every mistake, in the order of the text.
pub(super) fn parse(text: &str) -> Result<Vec<Node>, Vec<TemplateError>> {
    let mut errors = Vec::new();
    let pieces = tags::split(text, &mut errors);
    // Where a tag could not be read, blocks seem to end too early or too late: say only what is certain.
    let whole = errors.is_empty();
    let mut builder = Builder { reader: Reader::new(text), blocks: Vec::new(), root: Vec::new(), unknown: Vec::new() };
    for piece in pieces {
        if builder.blocks.len() > MAX_DEPTH {
            break;
        }
        match piece {
            Piece::Data(data) => builder.push(Node::Data(data.into())),
            Piece::Tag(tag) if tag.kind == TagKind::Output => {
                if let Some(expr) = builder.expression(&tag, 0, tag.tokens.len(), "something to write") {
                    builder.push(Node::Output(expr));
                }
            }
            Piece::Tag(tag) => builder.statement(&tag, whole),
        }
    }
    let whole = whole && !builder.refused_block();
    let Builder { mut reader, blocks, root, .. } = builder;
    if whole && blocks.len() <= MAX_DEPTH {
        reader.errors.extend(blocks.iter().map(|block| mistakes::unclosed_block(block.name(), block.open.clone())));
    }
    errors.append(&mut reader.errors);
    if errors.is_empty() {
        return Ok(root);
    }
    errors.sort_by_key(|error| (error.range.start, error.range.end));
    errors.dedup();
    errors.truncate(MAX_ERRORS);
    Err(errors)
}

struct Builder<'t> {
    reader: Reader<'t>,
    blocks: Vec<Block>,
    root: Vec<Node>,
    /// Statements that there are not.
    unknown: Vec<&'t str>,
}

/// A block that is not finished. Parts that could not be read are `None`: there is an error, and no tree.
struct Block {
    open: Range<usize>,
    kind: BlockKind,
    /// The nodes of the part that is being read.
    body: Vec<Node>,
    /// Whether `{% else %}` was seen.
    otherwise: bool,
}

enum BlockKind {
    If { arms: Vec<(Expr, Vec<Node>)>, test: Option<Expr> },
    For { target: Option<Box<str>>, over: Option<Expr>, only: Option<Expr>, body: Vec<Node> },
    Set { name: Box<str> },
}

impl Block {
    fn new(open: Range<usize>, kind: BlockKind) -> Self {
        Self { open, kind, body: Vec::new(), otherwise: false }
    }

    fn name(&self) -> &'static str {
        match self.kind {
            BlockKind::If { .. } => "if",
            BlockKind::For { .. } => "for",
            BlockKind::Set { .. } => "set",
        }
    }

    fn finish(self) -> Option<Node> {
        let (last, otherwise) = (self.body, self.otherwise);
        Some(match self.kind {
            BlockKind::If { mut arms, test } => {
                let otherwise = match test {
                    _ if otherwise => last,
                    test => {
                        arms.push((test?, last));
                        Vec::new()
                    }
                };
                Node::If { arms, otherwise }
            }
            BlockKind::For { target, over, only, body } => {
                let (body, otherwise) = if otherwise { (body, last) } else { (last, Vec::new()) };
                Node::For { target: target?, over: over?, only, body, otherwise }
            }
            BlockKind::Set { name } => Node::Capture { name, body: last, range: self.open },
        })
    }
}

impl<'t> Builder<'t> {
    fn push(&mut self, node: Node) {
        match self.blocks.last_mut() {
            Some(block) => block.body.push(node),
            None => self.root.push(node),
        }
    }

    /// Reads the expression in the tokens `from..to` of a tag.
    fn expression(&mut self, tag: &Tag<'t>, from: usize, to: usize, wanted: &str) -> Option<Expr> {
        let tokens = &tag.tokens[from.min(to)..to];
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
            let before = from.checked_sub(1).map_or(tag.range.clone(), |before| tag.tokens[before].range());
            let error = TemplateError::new(before, format!("expected {wanted}, found nothing"));
            return self.reader.refuse(error);
        };
        if let Some(error) = mistakes::in_expression(self.reader.text, tag.kind, tokens) {
            return self.reader.refuse(error);
        }
        self.reader.read(first.start..last.end)
    }

    fn statement(&mut self, tag: &Tag<'t>, whole: bool) {
        // Inside of a block that was refused nobody knows what belongs to what.
        let whole = whole && !self.refused_block();
        let Some(Token { kind: TokenKind::Word(word), .. }) = tag.tokens.first() else {
            let error = TemplateError::new(tag.range.clone(), "expected a statement such as `if`, `for` or `set`");
            self.reader.errors.push(error);
            return;
        };
        let keyword = tag.tokens[0].range();
        match *word {
            "if" => {
                let test = self.expression(tag, 1, tag.tokens.len(), "a condition");
                self.open(tag, BlockKind::If { arms: Vec::new(), test });
            }
            "for" => self.open_loop(tag),
            "set" => self.set(tag),
            "elif" => {
                let test = self.expression(tag, 1, tag.tokens.len(), "a condition");
                match self.blocks.last_mut() {
                    Some(block) if !block.otherwise && block.name() == "if" => {
                        let body = std::mem::take(&mut block.body);
                        if let BlockKind::If { arms, test: last } = &mut block.kind {
                            arms.extend(std::mem::replace(last, test).map(|last| (last, body)));
                        }
                    }
                    _ if whole => self.reader.errors.push(mistakes::stray("elif", keyword, self.open_block())),
                    _ => {}
                }
            }
            "else" => {
                self.nothing_after(tag);
                match self.blocks.last_mut() {
                    Some(block) if !block.otherwise && block.name() != "set" => {
                        block.otherwise = true;
                        let part = std::mem::take(&mut block.body);
                        match &mut block.kind {
                            BlockKind::If { arms, test } => arms.extend(test.take().map(|test| (test, part))),
                            BlockKind::For { body, .. } => {
                                *body = part;
                                self.reader.loops -= 1;
                            }
                            BlockKind::Set { .. } => {}
                        }
                    }
                    _ if whole => self.reader.errors.push(mistakes::stray("else", keyword, self.open_block())),
                    _ => {}
                }
            }
            "endif" | "endfor" | "endset" => {
                self.nothing_after(tag);
                self.close(&word[3..], keyword, whole);
            }
            word => {
                // The end of a block that was refused is no second mistake.
                let begun = word.strip_prefix("end").is_some_and(|begun| self.unknown.contains(&begun));
                let part = matches!(word, "when" | "case" | "default") && self.refused_block();
                if !begun && !part {
                    self.reader.errors.push(mistakes::unknown_statement(word, keyword));
                    self.unknown.push(word);
                }
            }
        }
    }

    fn refused_block(&self) -> bool {
        self.unknown.iter().any(|word| mistakes::begins_block(word))
    }

    fn nothing_after(&mut self, tag: &Tag<'t>) {
        if let Some(extra) = tag.tokens.get(1) {
            let word = &self.reader.text[tag.tokens[0].range()];
            let range = extra.start..tag.tokens.last().map_or(extra.end, |last| last.end);
            let error = TemplateError::new(range, format!("nothing may follow `{word}`"));
            let help = if word == "else" { "for another condition write `{% elif ... %}`" } else { "remove it" };
            self.reader.errors.push(error.help(help));
        }
    }

    fn open_block(&self) -> Option<&'static str> {
        self.blocks.last().map(Block::name)
    }

    fn open(&mut self, tag: &Tag<'t>, kind: BlockKind) {
        if self.blocks.len() == MAX_DEPTH {
            self.reader.errors.push(TemplateError::new(tag.range.clone(), "statements are nested too deeply"));
        }
        if matches!(kind, BlockKind::For { .. }) {
            self.reader.loops += 1;
        }
        self.blocks.push(Block::new(tag.range.clone(), kind));
    }

    fn close(&mut self, name: &str, keyword: Range<usize>, whole: bool) {
        // With a block missing in between, close the one that is meant.
        let Some(at) = self.blocks.iter().rposition(|block| block.name() == name) else {
            if whole {
                self.reader.errors.push(mistakes::stray_end(name, keyword, self.open_block()));
            }
            return;
        };
        while self.blocks.len() > at + 1 {
            let inner = self.blocks.pop();
            if let (Some(inner), true) = (&inner, whole) {
                self.reader.errors.push(mistakes::unclosed_block(inner.name(), inner.open.clone()));
            }
            self.left(inner.as_ref());
        }
        let block = self.blocks.pop();
        self.left(block.as_ref());
        if let Some(node) = block.and_then(Block::finish) {
            self.push(node);
        }
    }

    fn left(&mut self, block: Option<&Block>) {
        if block.is_some_and(|block| block.name() == "for" && !block.otherwise) {
            self.reader.loops -= 1;
        }
    }

    /// The name that `for` or `set` gives a value to.
    fn target(&mut self, tag: &Tag<'t>, what: &str) -> Option<Box<str>> {
        let Some(token) = tag.tokens.get(1) else {
            let error = TemplateError::new(tag.tokens[0].range(), format!("expected a name after `{what}`"));
            return self.reader.refuse(error);
        };
        match token.kind {
            TokenKind::Word(name) if is_name(name) => Some(name.into()),
            _ => {
                let found = &self.reader.text[token.range()];
                self.reader.refuse(TemplateError::new(token.range(), format!("`{found}` can't be the name of a value")))
            }
        }
    }

    fn open_loop(&mut self, tag: &Tag<'t>) {
        let target = self.target(tag, "for");
        let is_in = tag.tokens.get(2).is_some_and(|token| token.kind == TokenKind::Word("in"));
        if !is_in {
            if target.is_some() {
                self.reader.errors.push(mistakes::not_in(self.reader.text, &tag.tokens));
            }
            return self.open(tag, BlockKind::For { target: None, over: None, only: None, body: Vec::new() });
        }
        let end = tag.tokens.len();
        let condition = outside_brackets(&tag.tokens).find(|(_, kind)| *kind == TokenKind::Word("if"));
        let condition = condition.map_or(end, |(at, _)| at);
        let over = self.expression(tag, 3, condition, "a list");
        let only = if condition < end { self.expression(tag, condition + 1, end, "a condition") } else { None };
        self.open(tag, BlockKind::For { target, over, only, body: Vec::new() });
    }

    fn set(&mut self, tag: &Tag<'t>) {
        let Some(name) = self.target(tag, "set") else {
            if tag.tokens.len() == 2 {
                // So that its `endset` has something to close.
                self.open(tag, BlockKind::Set { name: "".into() });
            }
            return;
        };
        match tag.tokens.get(2) {
            None => self.open(tag, BlockKind::Set { name }),
            Some(token) if token.kind == TokenKind::Assign => {
                if let Some(value) = self.expression(tag, 3, tag.tokens.len(), "a value") {
                    self.push(Node::Set { name, value });
                }
            }
            Some(token) => {
                let error = TemplateError::new(token.range(), "expected `=` and a value");
                self.reader.errors.push(error.help("`{% set name = value %}`"));
            }
        }
    }
}

/// The tokens that are in no brackets, and where they are.
fn outside_brackets<'s, 't>(tokens: &'s [Token<'t>]) -> impl Iterator<Item = (usize, TokenKind<'t>)> + 's {
    let mut depth = 0_usize;
    tokens.iter().enumerate().filter_map(move |(at, token)| {
        match token.kind {
            TokenKind::Open | TokenKind::BraceOpen => depth += 1,
            TokenKind::Close | TokenKind::BraceClose => depth = depth.saturating_sub(1),
            kind if depth == 0 => return Some((at, kind)),
            _ => {}
        }
        None
    })
}
