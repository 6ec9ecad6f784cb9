// Documents, by collection: a list beside the one that is looked at. The path is all of a name below the database.
async function documents(path) {
  if (path.length < 2) {
    const state = await get("/_emulator/state?" + query({ project: where.project }));
    return [h("h2", null, "Collections"), table("Collections", [
      ["Collection", (collection) => link("documents", [collection.database, collection.id], collection.id, { class: "name" })],
      ["Database", (collection) => collection.database],
    ], state.collections)];
  }
  const [database, ...names] = path;
  const isDocument = names.length % 2 === 0;
  const root = `projects/${where.project}/databases/${database}/documents`;
  const look = (parts, more) => get("/_emulator/firestore/documents?" + query({ path: [root, ...parts].join("/"), ...more }));
  const collection = isDocument ? names.slice(0, -1) : names;
  const after = sessionStorage.getItem("after " + collection.join("/")) ?? "";
  const [list, one] = await Promise.all([look(collection, { cursor: after }), isDocument ? look(names) : null]);
  return [
    trail(database, names),
    h("div", { class: "two" },
      h("section", { "aria-label": "Documents" }, documentList(database, collection, list, names.at(-1)), pages(collection, after, list.cursor)),
      h("section", { "aria-label": "Document" }, one === null ? h("p", { class: "empty" }, "Choose a document.") : documentView(database, names, one))),
  ];
}

function trail(database, names) {
  const steps = names.map((name, index) => [" / ", link("documents", [database, ...names.slice(0, index + 1)], name, { class: "name" })]);
  return h("p", { class: "crumbs" }, link("documents", [], database), steps);
}

function documentList(database, collection, list, chosen) {
  if (list.documents.length === 0) return h("p", { class: "empty" }, "No document here.");
  return h("div", { class: "scroll" }, h("ul", { class: "plain" }, list.documents.map((document) => {
    const id = last(document.name);
    const current = id === chosen ? "true" : undefined;
    const text = document.missing ? [id, " ", h("span", { class: "empty" }, "(missing)")] : id;
    return h("li", null, link("documents", [database, ...collection, id], text, { class: "name", "aria-current": current }));
  })));
}

function pages(collection, after, next) {
  const key = "after " + collection.join("/");
  const turn = (cursor) => async () => { sessionStorage.setItem(key, cursor); };
  return h("div", { class: "row" }, after ? button("First page", turn("")) : null, next ? button("Next page", turn(next)) : null);
}

function documentView(database, names, one) {
  const { document, collections } = one;
  const below = collections.map((id) => h("li", null, link("documents", [database, ...names, id], id, { class: "name" })));
  return [
    document === null ? h("p", { class: "empty" }, "This document is not there; there are documents below it.") : [
      h("p", null, "Made ", time(document.createTime), ", changed ", time(document.updateTime)),
      h("pre", { tabindex: 0 }, JSON.stringify(Object.fromEntries(Object.entries(document.fields).map(([name, value]) => [name, plain(value)])), null, 2)),
      h("details", null, h("summary", null, "With types"), h("pre", null, JSON.stringify(document.fields, null, 2))),
    ],
    h("h3", null, "Collections below"),
    below.length === 0 ? h("p", { class: "empty" }, "None.") : h("div", { class: "scroll" }, h("ul", { class: "plain" }, below)),
  ];
}

// A typed value as people write it.
function plain(value) {
  const [kind, inner] = Object.entries(value)[0];
  if (kind === "mapValue") return Object.fromEntries(Object.entries(inner.fields ?? {}).map(([name, field]) => [name, plain(field)]));
  if (kind === "arrayValue") return (inner.values ?? []).map(plain);
  if (kind === "integerValue" && Number.isSafeInteger(Number(inner))) return Number(inner);
  return inner;
}
