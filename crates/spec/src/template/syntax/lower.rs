//! From minijinja's expression to our own, refusing what the language leaves out.

use std::ops::Range;

use minijinja::machinery::{self, Span, ast};
use minijinja::value::ValueKind;

use super::detail;
use crate::template::arguments::{self, Argument};
use crate::template::error::TemplateError;
use crate::template::filters::Filter;
use crate::template::mistakes;
use crate::template::tree::{Comparison, Expr, ExprKind, LoopField, Operator, Test};
use crate::value::Number;

/// Deepest expression: `a ~ b ~ c` counts as two. It bounds the stack, here and when rendering.
const MAX_DEPTH: usize = 100;

/// Reads the expressions of one template and collects what is wrong with them.
pub(in crate::template) struct Reader<'t> {
    pub(in crate::template) text: &'t str,
    pub(in crate::template) errors: Vec<TemplateError>,
    /// How many loops are around the expression that is being read.
    pub(in crate::template) loops: usize,
    /// Where the expression that is being read starts.
    base: usize,
}

impl<'t> Reader<'t> {
    pub(in crate::template) fn new(text: &'t str) -> Self {
        Self { text, errors: Vec::new(), loops: 0, base: 0 }
    }

    /// Reads one expression; `None`, and an error or more, if it is not a good one.
    pub(in crate::template) fn read(&mut self, range: Range<usize>) -> Option<Expr> {
        self.base = range.start;
        let source = &self.text[range.clone()];
        match machinery::parse_expr(source) {
            Ok(parsed) => self.lower(&parsed, 0),
            Err(error) => {
                let found = error.range().map(|found| self.clamp(found, &range));
                // At the end of the expression there is nothing to underline but the expression itself.
                let place = found.filter(|found| !found.is_empty()).unwrap_or_else(|| trimmed(self.text, &range));
                let message = mistakes::plain(&detail(&error));
                self.errors.push(TemplateError::new(place, message));
                None
            }
        }
    }

    /// A place within the expression `whole`, on character boundaries.
    fn clamp(&self, found: Range<usize>, whole: &Range<usize>) -> Range<usize> {
        let boundary = |at: usize| {
            let at = (self.base + at).clamp(whole.start, whole.end);
            (whole.start..=at).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(whole.start)
        };
        boundary(found.start)..boundary(found.end)
    }

    pub(in crate::template) fn refuse<T>(&mut self, error: TemplateError) -> Option<T> {
        self.errors.push(error);
        None
    }

    fn range(&self, span: Span) -> Range<usize> {
        self.base + span.start_offset as usize..self.base + span.end_offset as usize
    }

    fn boxed(&mut self, expr: &ast::Expr<'_>, depth: usize) -> Option<Box<Expr>> {
        self.lower(expr, depth).map(Box::new)
    }

    fn optional(&mut self, expr: Option<&ast::Expr<'_>>, depth: usize) -> Option<Option<Box<Expr>>> {
        match expr {
            Some(expr) => self.boxed(expr, depth).map(Some),
            None => Some(None),
        }
    }

    /// Lowers two operands, so that the mistakes in both are found.
    fn pair(&mut self, left: &ast::Expr<'_>, right: &ast::Expr<'_>, depth: usize) -> Option<(Box<Expr>, Box<Expr>)> {
        let (left, right) = (self.boxed(left, depth), self.boxed(right, depth));
        Some((left?, right?))
    }

    fn lower(&mut self, expr: &ast::Expr<'_>, depth: usize) -> Option<Expr> {
        let span = self.range(expr.span());
        if depth > MAX_DEPTH {
            let error = TemplateError::new(span, "the expression is too long or nested too deeply");
            return self.refuse(error.help("split it with `{% set name = ... %}`"));
        }
        let depth = depth + 1;
        let kind = match expr {
            ast::Expr::Var(var) => return self.variable(var.id, span),
            ast::Expr::Const(constant) => return self.constant(&constant.value, span),
            ast::Expr::List(list) => {
                let items: Vec<_> = list.items.iter().map(|item| self.lower(item, depth)).collect();
                let items = items.into_iter().collect::<Option<Vec<_>>>()?;
                if let Some(inner) = items.iter().find(|item| matches!(item.kind, ExprKind::List(_))) {
                    return self.refuse(TemplateError::new(inner.range.clone(), "a list can't hold a list"));
                }
                ExprKind::List(items)
            }
            ast::Expr::UnaryOp(op) => {
                let operand = self.boxed(&op.expr, depth)?;
                let range = span.start.min(operand.range.start)..operand.range.end;
                let kind = match (&op.op, operand.kind) {
                    // `not in` and `is not` are parsed as a negation of the whole.
                    (ast::UnaryOpKind::Not, ExprKind::Compare(first, mut rest))
                        if matches!(rest.as_slice(), [(Comparison::In, _)]) =>
                    {
                        rest[0].0 = Comparison::NotIn;
                        ExprKind::Compare(first, rest)
                    }
                    (ast::UnaryOpKind::Not, kind) => ExprKind::Not(Box::new(Expr { kind, range: operand.range })),
                    (ast::UnaryOpKind::Neg, kind) => ExprKind::Negate(Box::new(Expr { kind, range: operand.range })),
                };
                return Some(Expr { kind, range });
            }
            ast::Expr::BinOp(op) => return self.binary(op, span, depth),
            ast::Expr::Compare(compare) => {
                let first = self.boxed(&compare.expr, depth);
                let rest: Vec<_> =
                    compare.ops.iter().map(|op| Some((comparison(op.op), self.lower(&op.expr, depth)?))).collect();
                ExprKind::Compare(first?, rest.into_iter().collect::<Option<_>>()?)
            }
            ast::Expr::IfExpr(choose) => {
                let pair = self.pair(&choose.true_expr, &choose.test_expr, depth);
                let Some(no) = &choose.false_expr else {
                    let end = pair.map_or(span, |(yes, test)| yes.range.start..test.range.end);
                    let error = TemplateError::new(end, "`if` in an expression needs an `else`");
                    return self.refuse(error.help("for nothing, write `else \"\"`"));
                };
                let no = self.boxed(no, depth);
                let ((yes, test), no) = (pair?, no?);
                let range = yes.range.start..no.range.end;
                return Some(Expr { kind: ExprKind::Choose { test, yes, no }, range });
            }
            ast::Expr::Filter(filter) => return self.filter(filter, span, depth),
            ast::Expr::Test(test) => return self.test(test, span, depth),
            ast::Expr::GetAttr(attr) => return self.attribute(attr, span),
            ast::Expr::GetItem(item) => {
                let (of, index) = self.pair(&item.expr, &item.subscript_expr, depth)?;
                let range = of.range.start..span.end;
                // `user["name"]` is `user.name` in other words.
                if let (ExprKind::Variable(of), ExprKind::Text(name)) = (&of.kind, &index.kind) {
                    return self.refuse(mistakes::field(of, name, range));
                }
                return Some(Expr { kind: ExprKind::Item { of, index }, range });
            }
            ast::Expr::Slice(slice) => {
                if slice.step.is_some() {
                    return self.refuse(TemplateError::new(span, "a slice has a start and an end, and no step"));
                }
                let of = self.boxed(&slice.expr, depth);
                let start = self.optional(slice.start.as_ref(), depth);
                let stop = self.optional(slice.stop.as_ref(), depth);
                let (of, start, stop) = (of?, start?, stop?);
                let range = of.range.start..span.end;
                return Some(Expr { kind: ExprKind::Slice { of, start, stop }, range });
            }
            ast::Expr::Call(call) => return self.call(call, span),
            ast::Expr::Tuple(_) => {
                let error = TemplateError::new(span, "there are no tuples");
                return self.refuse(error.help("write a list, in square brackets"));
            }
            ast::Expr::Map(_) => return self.refuse(TemplateError::new(span, "there are no maps")),
        };
        let range = match &kind {
            ExprKind::Compare(first, rest) => first.range.start..rest.last().map_or(span.end, |(_, e)| e.range.end),
            _ => span,
        };
        Some(Expr { kind, range })
    }

    fn variable(&mut self, name: &str, range: Range<usize>) -> Option<Expr> {
        match name {
            "loop" => {
                let fields = LoopField::NAMES.map(|(name, _)| format!("`loop.{name}`")).join(", ");
                self.refuse(TemplateError::new(range, "`loop` alone has no value").help(format!("there are {fields}")))
            }
            "self" => self.refuse(TemplateError::new(range, format!("`{name}` is not a variable"))),
            _ => Some(Expr { kind: ExprKind::Variable(name.into()), range }),
        }
    }

    fn constant(&mut self, value: &minijinja::Value, range: Range<usize>) -> Option<Expr> {
        let kind = match value.kind() {
            ValueKind::Bool => ExprKind::Boolean(value.is_true()),
            // As it was written: minijinja has already rounded it.
            ValueKind::Number => match Number::parse(&self.text[range.clone()]) {
                Some(number) => ExprKind::Number(number),
                None => {
                    let error = TemplateError::new(range, "not a number in plain decimal notation");
                    return self.refuse(error.help("write it like 12 or 3.50, with at most 30 digits"));
                }
            },
            ValueKind::String => ExprKind::Text(value.as_str().unwrap_or_default().into()),
            _ => {
                let error = TemplateError::new(range, "there is no `none`: every variable has a value");
                return self.refuse(error.help("compare with an empty text: `name == \"\"`"));
            }
        };
        Some(Expr { kind, range })
    }

    fn binary(&mut self, op: &ast::BinOp<'_>, span: Range<usize>, depth: usize) -> Option<Expr> {
        use ast::BinOpKind as B;
        let (left, right) = self.pair(&op.left, &op.right, depth)?;
        let range = left.range.start..right.range.end;
        let compare = |comparison, left, right: Box<Expr>| ExprKind::Compare(left, vec![(comparison, *right)]);
        let kind = match op.op {
            B::ScAnd => ExprKind::And(left, right),
            B::ScOr => ExprKind::Or(left, right),
            B::Concat => ExprKind::Join(left, right),
            B::Add => ExprKind::Calculate(Operator::Add, left, right),
            B::Sub => {
                // `user-name` is two variables to the parser, and one, misspelt, to whoever wrote it.
                if let (ExprKind::Variable(a), ExprKind::Variable(b)) = (&left.kind, &right.kind)
                    && self.text.get(left.range.end..right.range.start) == Some("-")
                {
                    let error = TemplateError::new(range, format!("`{a}-{b}` reads as `{a}` minus `{b}`"));
                    let help = format!("a name has no `-`: `{a}_{b}`? To subtract, put spaces around it");
                    return self.refuse(error.help(help));
                }
                ExprKind::Calculate(Operator::Subtract, left, right)
            }
            B::Mul => ExprKind::Calculate(Operator::Multiply, left, right),
            B::Eq => compare(Comparison::Equal, left, right),
            B::Ne => compare(Comparison::NotEqual, left, right),
            B::Lt => compare(Comparison::Less, left, right),
            B::Lte => compare(Comparison::LessOrEqual, left, right),
            B::Gt => compare(Comparison::Greater, left, right),
            B::Gte => compare(Comparison::GreaterOrEqual, left, right),
            B::In => compare(Comparison::In, left, right),
            B::Div | B::FloorDiv | B::Rem | B::Pow => {
                let sign = match op.op {
                    B::Div => "/",
                    B::FloorDiv => "//",
                    B::Rem => "%",
                    _ => "**",
                };
                let place = if span.len() < range.len() { span } else { range };
                let error = TemplateError::new(place, format!("`{sign}` is not an operator of templates"));
                return self.refuse(error.help("there are `+`, `-` and `*`; put other results into the data"));
            }
        };
        Some(Expr { kind, range })
    }

    fn filter(&mut self, filter: &ast::Filter<'_>, span: Range<usize>, depth: usize) -> Option<Expr> {
        let name = span.start..(span.start + filter.name.len()).min(span.end);
        let input = match &filter.expr {
            Some(input) => self.boxed(input, depth),
            None => return self.refuse(TemplateError::new(name, "the filter has nothing to work on")),
        };
        let arguments = self.arguments(&filter.args, depth);
        let Some(found) = Filter::named(filter.name) else {
            return self.refuse(mistakes::unknown_filter(filter.name, name));
        };
        let bound = arguments::bind(found.doc(), name, arguments?, &mut self.errors);
        let (input, arguments) = (input?, bound?);
        let range = input.range.start..span.end;
        Some(Expr { kind: ExprKind::Filter { filter: found, input, arguments }, range })
    }

    fn arguments(&mut self, given: &[ast::CallArg<'_>], depth: usize) -> Option<Vec<Argument>> {
        let lowered: Vec<_> = given
            .iter()
            .map(|argument| match argument {
                ast::CallArg::Pos(value) => Some(Argument { name: None, value: self.lower(value, depth)? }),
                ast::CallArg::Kwarg(name, value) => {
                    let value = self.lower(value, depth)?;
                    let range = self.keyword(name, &value.range);
                    Some(Argument { name: Some(((*name).to_owned(), range)), value })
                }
                ast::CallArg::PosSplat(value) | ast::CallArg::KwargSplat(value) => {
                    let range = self.range(value.span());
                    self.refuse(TemplateError::new(range, "arguments can't be unpacked with `*`"))
                }
            })
            .collect();
        lowered.into_iter().collect()
    }

    /// The place of a keyword, which the parser does not keep: just before its value.
    fn keyword(&self, name: &str, value: &Range<usize>) -> Range<usize> {
        let before = self.text[..value.start].trim_end_matches(|c: char| c.is_ascii_whitespace() || c == '(');
        let keyword = before.strip_suffix('=').map(str::trim_end).filter(|before| before.ends_with(name));
        keyword.map_or(value.clone(), |before| before.len() - name.len()..before.len())
    }

    fn test(&mut self, test: &ast::Test<'_>, span: Range<usize>, depth: usize) -> Option<Expr> {
        let name = span.start..(span.start + test.name.len()).min(span.end);
        let input = self.boxed(&test.expr, depth);
        let arguments = self.arguments(&test.args, depth);
        let found = match test.name {
            "startingwith" => Test::StartingWith,
            "endingwith" => Test::EndingWith,
            _ => return self.refuse(mistakes::unknown_test(test.name, name)),
        };
        let mut arguments = arguments?.into_iter();
        let (Some(Argument { name: None, value }), None) = (arguments.next(), arguments.next()) else {
            let error = TemplateError::new(name, format!("`{}` takes one text", test.name));
            return self.refuse(error.help(format!("`is {} \"+44\"`", test.name)));
        };
        let input = input?;
        let range = input.range.start..span.end;
        Some(Expr { kind: ExprKind::Test { test: found, input, argument: Box::new(value) }, range })
    }

    fn attribute(&mut self, attr: &ast::GetAttr<'_>, span: Range<usize>) -> Option<Expr> {
        let name = span.end - attr.name.len()..span.end;
        let ast::Expr::Var(of) = &attr.expr else {
            let error = TemplateError::new(name, "values have no fields");
            // One variable for the whole path, or for what is at its end.
            return self.refuse(error.help(match path(&attr.expr) {
                Some(path) => format!("declare a variable `{path}_{}`", attr.name),
                None => "values are changed with filters: `value | upper`".to_owned(),
            }));
        };
        if of.id != "loop" {
            return self.refuse(mistakes::field(of.id, attr.name, self.range(of.span()).start..span.end));
        }
        let range = self.range(of.span()).start..span.end;
        let Some((_, field)) = LoopField::NAMES.iter().find(|(field, _)| *field == attr.name) else {
            let names = LoopField::NAMES.map(|(name, _)| name);
            return self.refuse(mistakes::unknown("field of `loop`:", attr.name, &names, name));
        };
        if self.loops == 0 {
            return self.refuse(TemplateError::new(range, "`loop` has a value only inside `{% for %}`"));
        }
        Some(Expr { kind: ExprKind::Loop(*field), range })
    }

    fn call(&mut self, call: &ast::Call<'_>, span: Range<usize>) -> Option<Expr> {
        let argument = |first: Option<&ast::CallArg<'_>>| match first {
            Some(ast::CallArg::Pos(ast::Expr::Var(var))) => var.id.to_owned(),
            _ => "value".to_owned(),
        };
        let error = match &call.expr {
            ast::Expr::Var(function) => {
                mistakes::function(function.id, &argument(call.args.first()), self.range(function.span()))
            }
            ast::Expr::GetAttr(method) => {
                let of = match &method.expr {
                    ast::Expr::Var(var) => var.id,
                    _ => "value",
                };
                mistakes::method(of, method.name, span)
            }
            _ => TemplateError::new(span, "only filters take arguments, and nothing can be called"),
        };
        self.refuse(error)
    }
}

/// The names of a path, as one name; `None` if it is no path.
fn path(expr: &ast::Expr<'_>) -> Option<String> {
    match expr {
        ast::Expr::Var(var) => Some(var.id.to_owned()),
        ast::Expr::GetAttr(attr) => Some(format!("{}_{}", path(&attr.expr)?, attr.name)),
        _ => None,
    }
}

fn comparison(op: ast::CompareOpKind) -> Comparison {
    match op {
        ast::CompareOpKind::Eq => Comparison::Equal,
        ast::CompareOpKind::Ne => Comparison::NotEqual,
        ast::CompareOpKind::Lt => Comparison::Less,
        ast::CompareOpKind::Lte => Comparison::LessOrEqual,
        ast::CompareOpKind::Gt => Comparison::Greater,
        ast::CompareOpKind::Gte => Comparison::GreaterOrEqual,
        ast::CompareOpKind::In => Comparison::In,
        ast::CompareOpKind::NotIn => Comparison::NotIn,
    }
}

/// `range` without the white space at its ends; the whole of it if there is nothing else.
fn trimmed(text: &str, range: &Range<usize>) -> Range<usize> {
    let inner = &text[range.clone()];
    let start = range.start + (inner.len() - inner.trim_start().len());
    let end = range.start + inner.trim_end().len();
    if start < end { start..end } else { range.clone() }
}
