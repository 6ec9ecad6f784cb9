// Buckets, and objects by folder.
async function objects(path) {
  const [bucket, prefix, token] = path;
  if (bucket === undefined) {
    const told = await get("/storage/v1/b?" + query({ project: where.project }));
    return [h("h2", null, "Buckets"), table("Buckets", [
      ["Bucket", (bucket) => link("objects", [bucket.name], bucket.name, { class: "name" })],
      ["Class", (bucket) => bucket.storageClass], ["Location", (bucket) => bucket.location], ["Made", (bucket) => time(bucket.timeCreated)],
    ], told.items ?? [])];
  }
  const of = "/storage/v1/b/" + encodeURIComponent(bucket) + "/o";
  const told = await get(of + "?" + query({ prefix, delimiter: "/", maxResults: 100, pageToken: token }));
  const media = (object) => of + "/" + encodeURIComponent(object.name) + "?alt=media";
  return [
    crumbs(bucket, prefix ?? ""),
    (told.prefixes ?? []).length === 0 ? null : h("div", { class: "scroll" }, h("ul", { class: "plain" },
      told.prefixes.map((folder) => h("li", null, link("objects", [bucket, folder], folder.slice((prefix ?? "").length), { class: "name" }))))),
    h("h2", null, "Objects"),
    table("Objects", [
      ["Name", (object) => h("a", { href: media(object), target: "_blank", rel: "noreferrer", class: "name" }, object.name.slice((prefix ?? "").length))],
      ["Type", (object) => object.contentType], ["Size", (object) => size(object.size), "number"], ["Updated", (object) => time(object.updated)],
      ["Generation", (object) => object.generation, "tight"],
      ["", (object) => h("details", null, h("summary", null, "Look"), preview(object, media(object)), h("pre", null, JSON.stringify(object, null, 2)))],
    ], told.items ?? []),
    told.nextPageToken ? h("div", { class: "row" }, link("objects", [bucket, prefix ?? "", told.nextPageToken], "More")) : null,
  ];
}

function crumbs(bucket, prefix) {
  const folders = prefix.split("/").slice(0, -1);
  const below = folders.map((name, index) => [" / ", link("objects", [bucket, folders.slice(0, index + 1).join("/") + "/"], name)]);
  return h("p", { class: "crumbs" }, link("objects", [], "Buckets"), " / ", link("objects", [bucket], bucket, { class: "name" }), below);
}

function preview(object, address) {
  const kind = object.contentType ?? "";
  const style = "max-width:100%;max-height:16rem";
  if (kind.startsWith("image/")) return h("img", { src: address, alt: object.name, loading: "lazy", style });
  if (kind.startsWith("video/")) return h("video", { src: address, controls: true, preload: "none", style });
  return null;
}
