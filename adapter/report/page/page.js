"use strict";

const report = JSON.parse(document.getElementById("report").textContent);
const decisions = new Map(); // hunk key -> "accept" | "reject"
const seconds = new Map(); // hunk key -> seconds that it was looked at
const cards = new Map(); // hunk key -> its element
let current = null;
let since = 0;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") element.className = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

function key(file, hunk) {
  return `${file.path}\u0000${hunk.number}`;
}

function everyHunk() {
  return report.files.flatMap((file) => file.hunks.map((hunk) => ({ file, hunk, key: key(file, hunk) })));
}

/* What one hunk looks like */

function pairs(rows) {
  const result = [];
  let gone = [], come = [];
  const flush = () => {
    for (let i = 0; i < Math.max(gone.length, come.length); i++) result.push([gone[i] ?? null, come[i] ?? null]);
    gone = []; come = [];
  };
  for (const [sign, text] of rows) {
    if (sign === "-") gone.push(text);
    else if (sign === "+") come.push(text);
    else { flush(); result.push([text, text, true]); }
  }
  flush();
  return result;
}

function diffTable(hunk) {
  let oldLine = hunk.before_start, newLine = hunk.after_start;
  const body = make("tbody");
  for (const [before, after, same] of pairs(hunk.rows)) {
    body.append(make("tr", {},
      make("td", { class: "number" }, before === null ? "" : String(++oldLine)),
      make("td", { class: before === null || same ? "" : "old" }, before ?? ""),
      make("td", { class: "number" }, after === null ? "" : String(++newLine)),
      make("td", { class: after === null || same ? "" : "new" }, after ?? "")));
  }
  return make("table", { class: "diff" }, body);
}

function placeOf(hunk) {
  if (hunk.cells.length) return `cell ${hunk.cells.join(", ")}`;
  return `line ${hunk.line}`;
}

function moves(hunk) {
  const found = new Map();
  for (const edit of hunk.edits) {
    if (edit.api !== edit.rule && edit.to) found.set(`${edit.api} \u2192 ${edit.to}`, edit.rule);
  }
  return [...found];
}

function card(file, hunk) {
  const id = key(file, hunk);
  const buttons = ["accept", "reject"].map((word) => {
    const button = make("button", { "data-decision": word }, word === "accept" ? "Accept" : "Reject");
    button.addEventListener("click", () => { look(id); decide(id, word); });
    return button;
  });
  const badge = hunk.supports
    ? make("span", { class: "badge support" }, "imports and the like")
    : make("span", { class: `badge ${hunk.fidelity}` }, hunk.fidelity);
  const head = make("div", { class: "hunk-head" }, ...buttons, badge,
    make("span", { class: "place" }, placeOf(hunk)),
    ...moves(hunk).map(([text, rule]) => make("span", { class: "rule", title: rule }, text)));
  const notes = [...new Set(hunk.edits.filter((edit) => edit.note).map((edit) => `${edit.api}: ${edit.note}`))];
  const element = make("article", { class: "hunk", tabindex: "0", "data-hunk": `${file.path}#${hunk.number}` },
    head, ...notes.map((note) => make("div", { class: "note" }, note)), diffTable(hunk));
  element.addEventListener("focus", () => look(id));
  cards.set(id, element);
  return element;
}

/* Decisions, and how long each took */

function look(id) {
  if (id === current) return;
  const now = performance.now();
  if (current !== null) seconds.set(current, (seconds.get(current) ?? 0) + (now - since) / 1000);
  current = id;
  since = now;
}

function decide(id, word) {
  if (word === null || decisions.get(id) === word) decisions.delete(id);
  else decisions.set(id, word);
  show();
}

function decideShown(word) {
  for (const { key: id } of shownHunks()) decisions.set(id, word);
  show();
}

function shownHunks() {
  const path = document.getElementById("file-filter").value.toLowerCase();
  const rule = document.getElementById("rule-filter").value;
  const fidelity = document.getElementById("fidelity-filter").value;
  const open = document.getElementById("open-filter").checked;
  return everyHunk().filter(({ file, hunk, key: id }) =>
    file.path.toLowerCase().includes(path)
    && (!rule || hunk.rules.includes(rule))
    && (!fidelity || (fidelity === "imports" ? hunk.supports : !hunk.supports && hunk.fidelity === fidelity))
    && (!open || !decisions.has(id)));
}

function show() {
  const shown = new Set(shownHunks().map((item) => item.key));
  for (const [id, element] of cards) {
    element.hidden = !shown.has(id);
    for (const word of ["accept", "reject"]) {
      element.classList.toggle(word, decisions.get(id) === word);
      element.querySelector(`[data-decision=${word}]`).classList.toggle("chosen", decisions.get(id) === word);
    }
  }
  for (const section of document.querySelectorAll(".file")) {
    section.hidden = !section.querySelector(".hunk:not([hidden])");
  }
  const words = [...decisions.values()];
  const accepted = words.filter((word) => word === "accept").length;
  document.getElementById("progress").value =
    `${accepted} accepted, ${words.length - accepted} rejected, ${cards.size - words.length} undecided`;
  document.getElementById("nothing").hidden = shown.size > 0 || cards.size === 0;
}

function move(step) {
  const visible = [...document.querySelectorAll(".hunk:not([hidden])")];
  const next = visible[visible.indexOf(document.activeElement) + step];
  if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
}

/* What leaves the page */

function bytesOf(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function range(start, length) {
  return length === 1 ? `${start + 1}` : `${length ? start + 1 : start},${length}`;
}

function patch() {
  const encoder = new TextEncoder();
  const parts = [];
  for (const file of report.files) {
    let shift = 0;
    const accepted = file.hunks.filter((hunk) => decisions.get(key(file, hunk)) === "accept");
    if (accepted.length) parts.push(bytesOf(file.header));
    for (const hunk of accepted) {
      const start = hunk.before_start + shift;
      parts.push(encoder.encode(
        `@@ -${range(hunk.before_start, hunk.before_length)} +${range(start, hunk.after_length)} @@\n`));
      parts.push(bytesOf(hunk.body));
      shift += hunk.after_length - hunk.before_length;
    }
  }
  return new Blob(parts, { type: "text/x-diff" });
}

function decisionsFile() {
  look(null);
  const files = report.files.filter((file) => file.hunks.length).map((file) => ({
    path: file.path,
    sha256: file.sha256,
    hunks: file.hunks.map((hunk) => ({
      number: hunk.number,
      decision: decisions.get(key(file, hunk)) ?? "undecided",
      seconds: Math.round((seconds.get(key(file, hunk)) ?? 0) * 100) / 100,
    })),
  }));
  return new Blob([JSON.stringify({ version: 1, files }, null, 2) + "\n"], { type: "application/json" });
}

function save(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

/* The page */

function fillHead() {
  document.getElementById("command").textContent = report.command;
  const sums = report.summary;
  const llm = sums.llm.calls ? [[sums.llm.calls, `questions to a model, ${sums.llm.tokens} tokens`]] : [];
  const parts = [[sums.files, "files"], [sums.changed, "changed"], [sums.sites, "sites"],
    ...Object.entries(report.fidelities).map(([word, count]) => [count, word]),
    [sums.gaps, "left"], [sums.errors, "errors"], ...llm];
  document.getElementById("sums").append(...parts.map(([count, word]) =>
    make("li", {}, make("b", {}, String(count)), word)));
}

function fillFilters() {
  const counts = new Map();
  for (const { hunk } of everyHunk()) for (const rule of hunk.rules) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const option = (value, text) => make("option", { value }, text);
  document.getElementById("rule-filter").append(option("", "all"),
    ...[...counts].sort().map(([rule, count]) => option(rule, `${rule} (${count})`)));
  document.getElementById("fidelity-filter").append(option("", "all"),
    ...["exact", "lossy", "unsafe", "imports"].map((word) => option(word, word)));
  for (const id of ["file-filter", "rule-filter", "fidelity-filter", "open-filter"]) {
    for (const event of ["input", "change"]) document.getElementById(id).addEventListener(event, show);
  }
}

function fillFiles() {
  for (const file of report.files.filter((item) => item.hunks.length)) {
    document.getElementById("files").append(make("section", { class: "file" }, make("h3", {}, file.path),
      ...file.hunks.map((hunk) => card(file, hunk))));
  }
}

function table(headings, rows) {
  return make("table", {}, make("thead", {}, make("tr", {}, ...headings.map((text) => make("th", {}, text)))),
    make("tbody", {}, ...rows));
}

function fillLeft() {
  const gaps = report.files.flatMap((file) => file.gaps.map((gap) => ({ file, gap })));
  const groups = new Map();
  for (const { file, gap } of gaps) {
    const id = `${gap.api}\u0000${gap.reason}`;
    if (!groups.has(id)) groups.set(id, { api: gap.api, reason: gap.reason, detail: gap.detail, places: [] });
    groups.get(id).places.push(`${file.path}:${gap.cell ? `cell ${gap.cell}:` : ""}${gap.line}`);
  }
  const left = document.getElementById("left");
  const ordered = [...groups.values()].sort((one, two) => two.places.length - one.places.length
    || (one.api < two.api ? -1 : 1));
  if (ordered.length) {
    left.append(make("h2", {}, "Left as it was: what to do next"), table(["Uses", "API", "Why", "Where"],
      ordered.map((group) => make("tr", {},
        make("td", { class: "number" }, String(group.places.length)),
        make("td", {}, make("code", {}, group.api)),
        make("td", {}, group.detail ? `${group.reason}: ${group.detail}` : group.reason),
        make("td", {}, make("details", {}, make("summary", {}, group.places[0]),
          ...group.places.slice(1).map((place) => make("div", {}, make("code", {}, place)))))))));
  }
  const broken = report.files.filter((file) => file.error);
  if (broken.length) {
    left.append(make("h2", {}, "Could not be handled"),
      ...broken.map((file) => make("p", {}, make("code", {}, file.error))));
  }
}

document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const focused = document.activeElement.closest?.(".hunk");
  const id = focused && [...cards].find(([, element]) => element === focused)[0];
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (id && event.key === "a") decide(id, "accept");
  else if (id && event.key === "r") decide(id, "reject");
  else if (id && event.key === "u") decide(id, null);
});
document.getElementById("accept-shown").addEventListener("click", () => decideShown("accept"));
document.getElementById("reject-shown").addEventListener("click", () => decideShown("reject"));
document.getElementById("save-patch").addEventListener("click", () => save(patch(), "accepted.patch"));
document.getElementById("save-decisions").addEventListener("click", () => save(decisionsFile(), "decisions.json"));
fillHead();
fillFilters();
fillFiles();
fillLeft();
show();
