// Jobs of Cloud Scheduler.
async function schedules() {
  const told = await get(`/v1/projects/${encodeURIComponent(where.project)}/locations/-/jobs`);
  const act = (job, verb, said) => button(verb, async () => { await ask("POST", `/v1/${job.name}:${verb.toLowerCase()}`, {}); return said; });
  return [h("h2", null, "Schedules"), table("Schedules", [
    ["Name", (job) => h("span", { class: "name" }, last(job.name))],
    ["When", (job) => h("span", null, h("code", null, job.schedule), " ", job.timeZone)],
    ["Calls", (job) => h("span", { class: "name" }, (job.httpTarget?.httpMethod ?? "") + " " + (job.httpTarget?.uri ?? ""))],
    ["State", (job) => h("span", { class: job.state === "PAUSED" ? "wait" : "good" }, job.state.toLowerCase())],
    ["Last", (job) => time(job.lastAttemptTime)],
    ["How", (job) => job.status === undefined ? "" : h("span", { class: job.status.code ? "bad" : "good", title: job.status.message }, job.status.code ? `code ${job.status.code}` : "well")],
    ["Next", (job) => job.state === "PAUSED" ? "" : time(job.scheduleTime)],
    ["", (job) => h("div", { class: "row" }, act(job, "Run", "It runs."), job.state === "PAUSED" ? act(job, "Resume", "It runs by its schedule again.") : act(job, "Pause", "It is paused."))],
  ], told.jobs ?? [])];
}
