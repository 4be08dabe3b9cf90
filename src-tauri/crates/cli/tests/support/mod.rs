//! The program as its users start it, and a sandbox beside it.

// Each test file is a crate of its own and uses its part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

pub const LINK: &str = "https://trial.cognigy.ai/project/65ae8e3adc2d77e6e260aa37/69b009f72e3deaa53a602d66/handover-provider/69f9bba8844ecf15d07954f9";
pub const SCHEMAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs");

/// The program with nothing of this user's: no variables, no home.
pub fn handover(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handover"));
    command
        .env_clear()
        .env("HANDOVER_DATA_DIR", home)
        .stdin(Stdio::null());
    command
}

pub fn run(home: &Path, arguments: &[&str]) -> Output {
    handover(home).args(arguments).output().unwrap()
}

pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

pub fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stdout)))
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A sandbox in a process of its own; ended with the test.
pub struct Sandbox {
    pub child: Child,
    pub description: Value,
}

impl Sandbox {
    pub fn start(home: &Path, arguments: &[&str]) -> Self {
        let mut child = handover(home)
            .args(["sandbox", "--json"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let description = serde_json::from_str(&line).unwrap();
        Self { child, description }
    }

    pub fn env(&self) -> BTreeMap<String, String> {
        serde_json::from_value(self.description["env"].clone()).unwrap()
    }

    /// `handover verify` of its profile.
    pub fn verify(&self, home: &Path, arguments: &[&str]) -> Output {
        let file = home.join("sandbox.handover.json");
        std::fs::write(&file, self.description["profile"].to_string()).unwrap();
        handover(home)
            .args(["verify", "--json", "--profile-file"])
            .arg(&file)
            .args(arguments)
            .envs(self.env())
            .output()
            .unwrap()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn outcomes(report: &Value) -> BTreeMap<String, String> {
    let checks = report["checks"].as_array().unwrap();
    checks
        .iter()
        .map(|check| {
            (
                check["id"].as_str().unwrap().to_owned(),
                check["outcome"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

pub fn is_valid(schema: &str, value: &Value) {
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string(Path::new(SCHEMAS).join(schema)).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(value)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "the value keeps its schema: {errors:?}");
}
