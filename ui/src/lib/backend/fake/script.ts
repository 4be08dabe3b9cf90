import type {
  ScriptBackupInfo,
  ScriptBackupReason,
  ScriptChange,
  ScriptDifference,
  ScriptLine,
  ScriptRestored,
  ScriptStatus,
  WireError,
} from "../generated/types";

const NAME = "Cognigy\\Cognigy Handover Script 69f9bba8844ecf15d07954f9";
const ACCEPTED = "a".repeat(64);
const EDITED = "b".repeat(64);

export const CHANGES: ScriptChange[] = [
  {
    kind: "changed",
    part: "property",
    action: "3",
    name: "Skill",
    place: 'Action 3 "ESCALATE" (REQAGENT), property Skill',
    before: '"4001"',
    after: '"4002"',
    text: 'Action 3 "ESCALATE" (REQAGENT), property Skill: was "4001", is "4002".',
  },
  {
    kind: "removed",
    part: "branch",
    action: "4",
    name: "Default",
    place: 'Action 4 "END ESCALATION" (END), branch Default',
    before: "to action 5, number 1",
    text: 'Action 4 "END ESCALATION" (END), branch Default was removed: to action 5, number 1.',
  },
  {
    kind: "added",
    part: "action",
    action: "6",
    place: 'Action 6 "Note" (ANNOTATION)',
    after: "with 1 property and 0 branches",
    text: 'Action 6 "Note" (ANNOTATION) was added, with 1 property and 0 branches.',
  },
];

const LINES: ScriptLine[] = [
  { sign: "gap", text: "" },
  { sign: "same", text: '      "properties": {' },
  { sign: "removed", text: '        "Skill": "4001"' },
  { sign: "added", text: '        "Skill": "4002"' },
  { sign: "same", text: "      }," },
  { sign: "gap", text: "" },
];

/** The script of the fake: accepted at first, and edited since in the scene `drift`. */
export class FakeScript {
  #backups: ScriptBackupInfo[] = [];
  #accepted: ScriptStatus["accepted"];
  #now: string;

  constructor(drifted: boolean) {
    this.#now = drifted ? EDITED : ACCEPTED;
    this.#accept("2026-01-05T09:00:00Z", ACCEPTED);
  }

  answer(name: string, request: unknown): unknown {
    const { backup, seen } = request as { backup?: string; seen?: string };
    switch (name) {
      case "script.status":
        return this.#status();
      case "script.list":
        return this.#backups;
      case "script.backup":
        return this.#keep(new Date().toISOString(), "asked", this.#now);
      case "script.diff":
        return this.#diff(backup);
      case "script.restore":
        return this.#restore(backup, seen);
      case "script.accept":
        this.#accept(new Date().toISOString(), this.#now);
        return this.#status();
      default:
        return {};
    }
  }

  #status(): ScriptStatus {
    return { name: NAME, accepted: this.#accepted, backups: this.#backups, busy: false };
  }

  #accept(at: string, fingerprint: string): void {
    this.#backups = this.#backups.map((each) => ({ ...each, accepted: false }));
    const { id } = this.#keep(at, "accepted", fingerprint);
    this.#backups = this.#backups.map((each) => ({ ...each, accepted: each.id === id }));
    this.#accepted = { name: NAME, version: 7001001, fingerprint, at, backup: id };
  }

  #keep(at: string, reason: ScriptBackupReason, fingerprint: string): ScriptBackupInfo {
    const id = `copy-${this.#backups.length + 1}`;
    const kept: ScriptBackupInfo = {
      id,
      at,
      reason,
      name: NAME,
      version: 7001001,
      fingerprint,
      tenant_id: "11ee0000-aaaa-bbbb-cccc-0242ac110003",
      file: `/home/admin/.local/share/handover-desk/scripts/p1/${id}.json`,
      accepted: false,
    };
    this.#backups = [kept, ...this.#backups];
    return kept;
  }

  #diff(id: string | undefined): ScriptDifference {
    const backup = this.#backups.find((each) => (id ? each.id === id : each.accepted)) ?? this.#backups[0];
    if (!backup) throw failure("not_found", "There is no copy of the script to compare with yet.");
    const equal = backup.fingerprint === this.#now;
    return {
      backup,
      current: {
        version: 7001002,
        fingerprint: this.#now,
        changed_by: "sim_service@example.com",
        changed_at: "2026-02-03T10:20:00Z",
        locked: false,
      },
      equal,
      changes: equal ? [] : CHANGES,
      lines: equal ? [] : LINES,
    };
  }

  #restore(id: string | undefined, seen: string | undefined): ScriptRestored {
    const backup = this.#backups.find((each) => each.id === id);
    if (!backup || seen !== this.#now)
      throw failure("changed", "The script was saved since the difference was shown.");
    const undo = this.#keep(new Date().toISOString(), "before_restore", this.#now);
    this.#now = backup.fingerprint;
    return {
      version: 7001003,
      warnings: [],
      read_back: "equal",
      message: "The script was put back, and CXone shows it so.",
      changes: [],
      undo,
    };
  }
}

function failure(code: WireError["code"], message: string): WireError {
  return { code, message, hint: "Compare again, and decide by what you see then." };
}
