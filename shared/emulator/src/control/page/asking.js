// Asking the emulator.
const where = { project: localStorage.getItem("project") ?? "" };

async function ask(method, path, body) {
  const request = { method, headers: body === undefined ? {} : { "content-type": "application/json" } };
  if (body !== undefined) request.body = JSON.stringify(body);
  const answer = await fetch(path, request);
  const text = await answer.text();
  let value = {};
  try { value = text === "" ? {} : JSON.parse(text); } catch { value = { text }; }
  if (!answer.ok) throw new Error(value?.error?.message ?? `${method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
  return value;
}

const get = (path) => ask("GET", path);
const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== "" && value !== undefined)).toString();

let silence;
function tell(text) {
  const told = document.getElementById("told");
  told.textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => { told.textContent = ""; }, 6000);
}

// Does something that changes the emulator, says how it went, and shows the view again.
async function attempt(work) {
  try {
    const said = await work();
    if (said) tell(said);
    await show();
  } catch (error) {
    tell(error.message);
  }
}
