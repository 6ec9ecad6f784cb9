// Executions of Cloud Run Jobs, what their tasks did and wrote.
async function jobs(path) {
  if (path.length > 0) return execution(path[0]);
  const told = await get("/_emulator/run/executions?" + query({ project: where.project }));
  return [h("h2", null, "Executions"), table("Executions", [
    ["Execution", (run) => link("jobs", [run.name], last(run.name), { class: "name" })],
    ["Job", (run) => h("span", { class: "name" }, run.job)], ["State", (run) => stateOf(run)],
    ["Started", (run) => time(run.startTime)], ["Ended", (run) => time(run.completionTime)],
    ["Tasks", (run) => `${run.succeededCount} of ${run.taskCount}`, "number"], ["Retried", (run) => String(run.retriedCount), "number"],
  ], told.executions.reverse(), "None yet.")];
}

function stateOf(run) {
  const [condition] = run.conditions;
  const words = { CONDITION_SUCCEEDED: ["succeeded", "good"], CONDITION_FAILED: ["failed", "bad"], CONDITION_RECONCILING: ["running", "wait"] };
  const [word, kind] = words[condition.state] ?? [condition.state, ""];
  return h("span", { class: kind, title: condition.message }, condition.executionReason === "CANCELLED" ? "cancelled" : word);
}

async function execution(name) {
  const [run, tasks, told] = await Promise.all([get("/v2/" + name), get(`/v2/${name}/tasks`), get("/_emulator/run/logs?" + query({ execution: name }))]);
  return [
    h("p", { class: "crumbs" }, link("jobs", [], "Executions"), " / ", h("span", { class: "name" }, last(name)), " ", stateOf(run)),
    run.conditions[0].message ? h("p", { class: "bad" }, run.conditions[0].message) : null,
    run.completionTime ? null : h("div", { class: "row" }, button("Cancel", async () => { await ask("POST", `/v2/${name}:cancel`, {}); return "It is cancelled."; }, "danger")),
    h("h2", null, "Tasks"),
    table("Tasks", [
      ["Task", (task) => String(task.index), "number"], ["State", (task) => stateOf(task)], ["Attempts", (task) => String(task.retried + 1), "number"],
      ["Exit code", (task) => String(task.lastAttemptResult?.exitCode ?? ""), "number"], ["Started", (task) => time(task.startTime)], ["Ended", (task) => time(task.completionTime)],
    ], tasks.tasks),
    told.logs.map((log) => [h("h3", null, `Task ${log.task}, attempt ${log.attempt}` + (log.size > 262144 ? " (its end)" : "")), h("pre", null, log.text || "(nothing)")]),
    h("h3", null, "As the API has it"),
    h("details", null, h("summary", null, "Execution"), h("pre", null, JSON.stringify(run, null, 2))),
  ];
}
