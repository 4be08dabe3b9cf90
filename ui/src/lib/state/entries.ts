import type { Entry } from "$lib/logic/palette";
import type { Desk } from "./desk.svelte";
import { copyReport } from "./report";
import { exportProfile } from "./transfer";

async function tellCopied(desk: Desk): Promise<void> {
  if (await copyReport(desk)) desk.notice = "Report copied";
}

/** All that the palette offers: screens, commands, profiles, steps and checks. */
export function entries(desk: Desk): Entry[] {
  const open = desk.profiles.view;
  const watch = desk.watches.current;
  const command = (id: string, title: string, run: () => void, words?: string, shortcut?: string): Entry => ({
    id,
    kind: "Command",
    title,
    words,
    shortcut,
    run,
  });
  const screens: Entry[] = [
    { id: "setup", kind: "Screen", title: "Setup", shortcut: "Alt+1", run: () => desk.go("setup") },
    { id: "verify", kind: "Screen", title: "Verify", shortcut: "Alt+2", run: () => desk.go("verify") },
    { id: "sandbox", kind: "Screen", title: "Sandbox", shortcut: "Alt+3", run: () => desk.go("sandbox") },
    { id: "settings", kind: "Screen", title: "Settings", shortcut: "Alt+4", run: () => desk.go("settings") },
  ];
  const always = [
    command("new", "New profile", () => (desk.dialog = "new"), "create add provider"),
    command("import", "Import a profile file", () => (desk.dialog = "import")),
    command("sample", "Open the sample in the sandbox", () => void desk.openSample(), "try rehearse"),
    ...(desk.rehearsal.running
      ? [command("reset", "Reset the sandbox", () => void desk.rehearsal.leave("reset"), "fresh start again")]
      : []),
    command("store", "Choose the secret store", () => (desk.dialog = "store"), "keychain vault session"),
    command("light", "Light theme", () => void desk.chooseTheme("light")),
    command("dark", "Dark theme", () => void desk.chooseTheme("dark")),
    command("system", "Theme of the system", () => void desk.chooseTheme("system")),
  ];
  const ofProfile = open
    ? [
        command(
          "run",
          "Verify everything",
          () => {
            desk.go("verify");
            void desk.verify();
          },
          "run checks",
          "Ctrl+Enter",
        ),
        ...(watch && watch.state !== "off"
          ? [
              watch.paused
                ? command("watch", "Resume watching", () => void desk.watches.resume(open.id))
                : command("watch", "Pause watching", () => void desk.watches.pause(open.id)),
            ]
          : [
              command(
                "watch",
                "Watch this profile",
                () => void desk.watches.set(open.id, true),
                "background",
              ),
            ]),
        command("report", "Copy the report", () => void tellCopied(desk), "markdown ticket"),
        command("values", "All values of this profile", () => desk.showStep("all"), "fields urls byoc"),
        command("rename", "Rename this profile", () => (desk.dialog = "rename")),
        command("duplicate", "Duplicate this profile", () => (desk.dialog = "duplicate")),
        command("export", "Export this profile without secrets", () => void exportProfile(desk, open.id)),
        command("delete", "Delete this profile", () => (desk.dialog = "delete"), "remove"),
      ]
    : [];
  const scenarios = desk.rehearsal.scenarios.map((scenario) =>
    command(
      `play-${scenario.name}`,
      `Play: ${scenario.title}`,
      () => {
        desk.go("sandbox");
        void desk.rehearsal.play(scenario.name);
      },
      `scenario ${scenario.name}`,
    ),
  );
  const profiles = desk.profiles.list.map((profile): Entry => ({
    id: `profile-${profile.id}`,
    kind: "Profile",
    title: profile.name || "Unnamed profile",
    run: () => void desk.profiles.open(profile.id),
  }));
  const checks = desk.checks.map((check): Entry => ({
    id: check.id,
    kind: "Check",
    title: `${check.id} ${check.title}`,
    words: check.group_title,
    run: () => desk.showCheck(check.id),
  }));
  const steps = desk.steps.map((step): Entry => ({
    id: `step-${step.id}`,
    kind: "Step",
    title: step.title,
    words: step.path.join(" "),
    run: () => desk.showStep(step.id),
  }));
  return [
    ...screens,
    ...ofProfile,
    ...always,
    ...profiles,
    ...scenarios,
    ...(open ? [...checks, ...steps] : []),
  ];
}
