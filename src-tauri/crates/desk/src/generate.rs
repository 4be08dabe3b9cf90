//! The files that are made from the Rust types: TypeScript for the window, JSON Schemas for other programs.
//! They are committed, and the test command fails when they differ from what this makes.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};

use ts_rs::{Config, TS, TypeVisitor};

use crate::command::{self, TypeList};

const HEAD: &str =
    "// Generated from the Rust types by `cargo run -p desk --example generate`. Do not edit.\n\n";

struct Collect<'a> {
    config: &'a Config,
    seen: HashSet<TypeId>,
    declarations: BTreeMap<String, String>,
}

impl Collect<'_> {
    fn take<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        // Only types of ours have a file of their own; the others are spelled out where they are used.
        if <T as TS>::output_path().is_some() {
            let docs = <T as TS>::docs().unwrap_or_default();
            let declaration = <T as TS>::decl(self.config);
            self.declarations.insert(
                <T as TS>::ident(self.config),
                format!("{docs}export {declaration}\n"),
            );
        }
        <T as TS>::visit_dependencies(self);
        <T as TS>::visit_generics(self);
    }
}

impl TypeVisitor for Collect<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.take::<T>();
    }
}

impl TypeList for Collect<'_> {
    fn see<T: TS + 'static + ?Sized>(&mut self) {
        self.take::<T>();
    }
}

/// All generated files: path from the repository's root, and content.
pub fn files() -> Vec<(&'static str, String)> {
    vec![
        ("ui/src/lib/backend/generated/types.ts", types()),
        ("ui/src/lib/backend/generated/commands.ts", commands()),
        ("docs/profile.schema.json", schema(&profile::profile_schema())),
        ("docs/report.schema.json", schema(&verify::report_schema())),
        (
            "docs/diagnosis.schema.json",
            schema(&diagnose::diagnosis_schema()),
        ),
        ("docs/sandbox.md", sandbox::page()),
        (
            "docs/scenario.schema.json",
            schema(&sandbox::scenario::scenario_schema()),
        ),
    ]
}

fn config() -> Config {
    Config::new().with_large_int("number")
}

fn types() -> String {
    let config = config();
    let mut collect = Collect {
        config: &config,
        seen: HashSet::new(),
        declarations: BTreeMap::new(),
    };
    command::visit(&mut collect);
    let declarations: Vec<_> = collect.declarations.into_values().collect();
    format!("{HEAD}{}", declarations.join("\n"))
}

fn commands() -> String {
    let config = config();
    let commands = command::commands(&config);
    let mut names: Vec<String> = Vec::new();
    for word in commands.iter().flat_map(|c| [&c.request, &c.response]) {
        names.extend(
            word.split(|c: char| !c.is_alphanumeric())
                .filter(|w| w.chars().next().is_some_and(char::is_uppercase) && *w != "Array")
                .map(str::to_owned),
        );
    }
    names.sort();
    names.dedup();
    let mut text = format!("{HEAD}import type {{\n");
    for name in names {
        text.push_str(&format!("  {name},\n"));
    }
    text.push_str("} from \"./types\";\n\n/** Every command: what it takes and what it gives. */\nexport interface Commands {\n");
    for command in &commands {
        text.push_str(&format!(
            "  /**{} */\n  \"{}\": {{ request: {}; response: {} }};\n",
            command.docs, command.name, command.request, command.response
        ));
    }
    text.push_str("}\n\n/** The name of a command. */\nexport type CommandName = keyof Commands;\n");
    text
}

fn schema(value: &serde_json::Value) -> String {
    // A schema is made of strings, numbers and maps with string keys; those always serialise.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
