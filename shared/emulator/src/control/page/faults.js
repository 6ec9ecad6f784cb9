// What goes wrong because somebody asked for it.
const KINDS = ["unavailable", "aborted", "deadlineExceeded", "internal", "resourceExhausted", "delay", "duplicate", "reorder", "dropOnce", "kill", "slowDisk"];
const FAULT_FIELDS = [
  ["kind", KINDS], ["service", ["", "firestore", "pubsub", "storage", "run", "scheduler", "iam"]], ["method", "text"], ["resource", "text"],
  ["times", "number"], ["forMillis", "number"], ["delayMillis", "number"], ["probability", "number"], ["seed", "number"], ["after", "checkbox"],
];

async function faults() {
  const told = await get("/_emulator/faults");
  const what = (fault) => ["project", "resource", "delayMillis", "times", "forMillis", "probability", "seed", "after"]
    .filter((name) => fault[name] !== undefined && fault[name] !== 0 && fault[name] !== false)
    .map((name) => `${name} ${fault[name]}`).join(", ");
  return [
    h("h2", null, "Faults"),
    table("Faults", [
      ["Kind", (fault) => h("span", { class: fault.active ? "bad" : "" }, fault.kind)], ["Service", (fault) => fault.service],
      ["Method", (fault) => h("span", { class: "name" }, fault.method)], ["", what], ["Struck", (fault) => `${fault.fired} of ${fault.calls}`, "number"],
      ["", (fault) => button("End", async () => { await ask("DELETE", "/_emulator/faults?" + query({ id: fault.id })); return "It is ended."; })],
    ], told.faults),
    h("h2", null, "Set one for this project"),
    h("form", { onsubmit: (event) => { event.preventDefault(); attempt(() => setFault(new FormData(event.target))); } },
      FAULT_FIELDS.map(field), h("button", { type: "submit" }, "Set")),
  ];
}

function field([name, kind]) {
  if (Array.isArray(kind)) return h("label", null, name, h("select", { name }, kind.map((value) => h("option", { value }, value || "every"))));
  return h("label", null, name, h("input", { name, type: kind, step: kind === "number" ? "any" : undefined, size: 12, min: 0 }));
}

async function setFault(form) {
  const fault = {};
  for (const [name, kind] of FAULT_FIELDS) {
    const value = form.get(name);
    if (kind === "checkbox") fault[name] = value === "on";
    else if (value) fault[name] = kind === "number" ? Number(value) : value;
  }
  if (fault.kind !== "slowDisk") fault.project = where.project;
  await ask("PUT", "/_emulator/faults", fault);
  return "It is set.";
}
