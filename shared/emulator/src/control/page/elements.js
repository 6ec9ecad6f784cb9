// Elements, made without any markup in strings: what is stored is never read as HTML.
function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

// A table; `columns` are [title, cell of a row, class].
function table(caption, columns, rows, empty) {
  if (rows.length === 0) return h("p", { class: "empty" }, empty ?? "None.");
  const head = columns.map(([title, , kind]) => h("th", { scope: "col", class: kind }, title));
  const cells = (row) => columns.map(([, cell, kind]) => h("td", { class: kind }, cell(row) ?? ""));
  return h("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: 0 },
    h("table", null, h("thead", null, h("tr", null, head)), h("tbody", null, rows.map((row) => h("tr", null, cells(row))))));
}

function link(view, path, text, more) {
  const rest = path.map((part) => "/" + encodeURIComponent(part)).join("");
  return h("a", { href: "#/" + view + rest, ...more }, text);
}

function button(text, work, kind) {
  return h("button", { type: "button", class: kind, onclick: () => attempt(work) }, text);
}

// The last segment of a name.
const last = (name) => String(name ?? "").split("/").pop();

function time(text) {
  if (!text) return "";
  const moment = new Date(text);
  return h("time", { datetime: text, title: text }, Number.isNaN(moment.getTime()) ? text : moment.toLocaleString());
}

function size(bytes) {
  const units = ["B", "KiB", "MiB", "GiB"];
  let [number, unit] = [Number(bytes), 0];
  while (number >= 1024 && unit < units.length - 1) [number, unit] = [number / 1024, unit + 1];
  return (unit === 0 ? number : number.toFixed(1)) + " " + units[unit];
}

// Text that may be JSON, as people read it.
function readable(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}
