//! The rule language of Recours: YAML text in, a checked rule set or diagnostics out.
//!
//! Rooms, in the order in which text travels:
//! [`document`] (YAML shapes, the only room that knows YAML) → [`lexer`] and [`parser`] (expressions to
//! trees) → [`vocabulary`], [`parameters`] (what names mean, at which date) → [`check`] (types, units,
//! names, circles) → [`pack`] (the checked rule set that engines consume); [`catalogue`] (what procedures ask of people,
//! and what they require) goes with it, held to its [`wording`], and [`journey`] (what happened on the way to a right, and
//! what was observed of requirements); [`texts`] are what pages and letters say.
//! [`number`], [`date`], [`workdays`], [`truth`] and [`interval`] define the arithmetic that every evaluator must obey.
//!
//! This crate is pure: no files, no threads, no Arrow. Faults of a rule file are [`diagnostic::Diagnostic`]
//! values with code, message, place and help, in French, never panics.

pub mod catalogue;
pub mod channels;
pub mod check;
pub mod classes;
pub mod date;
pub mod diagnostic;
pub mod document;
pub mod flow;
pub mod format;
pub mod interval;
pub mod journey;
pub mod lexer;
pub mod number;
pub mod pack;
pub mod parameters;
pub mod parser;
pub mod rupture;
pub mod schema;
pub mod shape;
pub mod texts;
pub mod truth;
pub mod typed;
pub mod types;
pub mod vocabulary;
pub mod wording;
pub mod workdays;

pub use diagnostic::{Diagnostic, Severity};
pub use pack::{Pack, SourceFile};
