// Which view is shown, and for which project.
const VIEWS = { overview, documents, messages, objects, jobs, schedules, faults };
const TITLES = { overview: "Overview", documents: "Documents", messages: "Pub/Sub", objects: "Storage", jobs: "Jobs", schedules: "Schedules", faults: "Faults" };

function place() {
  const [view, ...path] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { view: Object.hasOwn(VIEWS, view) ? view : "overview", path: path.filter((part, index) => part !== "" || index > 0) };
}

let turn = 0;
async function show() {
  const mine = ++turn;
  const { view, path } = place();
  document.title = TITLES[view] + " – Emulator";
  document.getElementById("tabs").replaceChildren(...Object.keys(VIEWS).map((name) =>
    link(name, [], TITLES[name], { "aria-current": name === view ? "page" : undefined })));
  let content;
  try {
    content = where.project === "" ? [h("p", { class: "empty" }, "There is no project yet: nothing was made in this emulator.")] : await VIEWS[view](path);
  } catch (error) {
    content = [h("p", { class: "bad" }, error.message)];
  }
  // an answer that comes late does not replace a newer view
  if (mine === turn) document.getElementById("main").replaceChildren(...content.flat(Infinity).filter(Boolean));
}

async function projects() {
  const told = await get("/_emulator/projects");
  if (!told.projects.includes(where.project)) where.project = told.projects[0] ?? "";
  const options = told.projects.map((name) => h("option", { value: name, selected: name === where.project }, name));
  document.getElementById("project").replaceChildren(...options);
}

document.getElementById("project").addEventListener("change", (event) => {
  where.project = event.target.value;
  localStorage.setItem("project", where.project);
  location.hash = "#/" + place().view;
  show();
});
addEventListener("hashchange", () => { show(); document.getElementById("main").focus({ preventScroll: true }); });
setInterval(() => { if (!document.hidden) tick().catch(() => {}); }, 1000);
attempt(async () => { await projects(); await tick(); });
