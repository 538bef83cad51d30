// Marking reports beside their rubric.
//
// Every mark is kept in the browser as soon as it is made (localStorage, under the page's own
// path), and manual.csv is written and read here. A page that was only opened writes nothing:
// marks of another tab, or marks that the browser has not read yet, must not be lost. Text of
// students and graders is only ever set as text.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const { reports, rubric, marks: read, no_report: noReport } = JSON.parse(byId("data").textContent);
  const [who, which, graders, me, message, progress] =
    ["who", "which", "graders", "me", "message", "progress"].map(byId);
  const VIEW = "#navpanes=0&pagemode=none&view=FitH"; // what browsers' viewers understand
  const NONE = "No report was submitted.";
  const HEAD = ["submission", "item", "points", "comment", "grader"];
  const key = "reports marked by hand, " + location.pathname;
  const known = new Map(reports.map((report) => [report.id, report]));
  const parts = new Map(rubric.map((part) => [part.name, part]));
  let state = { marks: {}, graders: "", me: "", which: "all", at: "", anonymous: false };
  let shown = [];

  const make = (tag, text = "", attributes = {}) => {
    const element = document.createElement(tag);
    element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const number = (count) => String(Math.round(count * 100) / 100);
  const counted = (count, whose, one, several) =>
    count + (count === 1 ? " mark " : " marks ") + whose + " " + (count === 1 ? one : several);
  const keep = () => {
    try {
      localStorage.setItem(key, JSON.stringify(state));
    } catch {
      message.textContent = "This browser keeps nothing: save manual.csv before you close this page.";
    }
  };
  const kept = () => {
    try {
      const found = JSON.parse(localStorage.getItem(key) || "null");
      if (found && found.marks) return found;
    } catch {
      message.textContent = "What this browser had kept cannot be read; load your last manual.csv.";
    }
    return {};
  };
  state = { ...state, ...kept() };

  // Marks

  // What this browser keeps counts before what the course's files had when the page was written.
  const nothing = { points: "", comment: "", grader: "" };
  const zero = { points: "0", comment: NONE, grader: "" };
  const before = {};
  for (const { submission, item, points: given, comment, grader } of read)
    (before[submission] = before[submission] || {})[item] =
      { points: number(given), comment, grader };
  const own = (id, item) => (state.marks[id] || {})[item];
  const inFile = (id, item) => (before[id] || {})[item];
  const isZero = ({ points: given, comment }) => given === "0" && comment === NONE;
  const mark = (id, item) => {
    const found = own(id, item) || inFile(id, item), there = known.get(id).report;
    if (!found && noReport === "zero" && !there) return zero;
    // The report came after that mark.
    return found && !(there && isZero(found)) ? found : nothing;
  };
  const put = (id, item, change) => {
    const marks = state.marks[id] = state.marks[id] || {};
    marks[item] = { ...mark(id, item), ...change };
    keep();
  };
  const value = (text, part) => {
    const points = /^\d*([.,]\d{1,2})?$/.test(text) && /\d/.test(text)
      ? Number(text.replace(",", ".")) : NaN;
    return points <= part.points ? points : NaN;
  };
  const points = (id, part) => value(mark(id, part.name).points, part);
  const isMarked = (id) => rubric.every((part) => !Number.isNaN(points(id, part)));
  const sum = (id) => rubric.reduce((all, part) => all + (points(id, part) || 0), 0);

  // Which reports are shown

  const names = () => [...new Set(state.graders.split(",").map((name) => name.trim()))]
    .filter(Boolean).sort();
  // By the id alone, so that a late submission changes nobody else's grader.
  const share = (id) => {
    let hash = 2166136261;
    for (const unit of id) hash = Math.imul(hash ^ unit.codePointAt(0), 16777619) >>> 0;
    return names()[hash % names().length];
  };
  const matches = (report) => {
    const [kind, ...rest] = state.which.split(" "), name = rest.join(" ");
    if (kind === "section") return report.section === name;
    if (kind === "grader") return names().length > 0 && share(report.id) === name;
    if (kind === "open") return !isMarked(report.id) || report.id === state.at;
    return true;
  };
  const option = (text, key) => make("option", text, { value: key });
  const group = (label, options) => {
    const element = make("optgroup", "", { label });
    element.append(...options);
    return element;
  };
  const choices = () => {
    const sections = [...new Set(reports.map((report) => report.section))].filter(Boolean).sort();
    which.replaceChildren(option("all reports", "all"), option("not yet marked", "open"));
    if (sections.length)
      which.append(group("section", sections.map((name) => option(name, "section " + name))));
    if (names().length > 1)
      which.append(group("share of", names().map((name) => option(name, "grader " + name))));
    me.replaceChildren(option("nobody in particular", ""), ...names().map((n) => option(n, n)));
    if (![...which.options].some((entry) => entry.value === state.which)) state.which = "all";
    if (!names().includes(state.me)) state.me = "";
    which.value = state.which;
    me.value = state.me;
  };
  const called = (report) => state.anonymous ? "Report " + (reports.indexOf(report) + 1)
    : report.name || report.id;
  const label = (report) => (isMarked(report.id) ? "\u2713 " : "\u2003 ") + called(report) +
    (report.name && !state.anonymous ? " (" + report.id + ")" : "");
  const list = () => {
    shown = reports.filter(matches);
    who.replaceChildren(...shown.map((report) => option(label(report), report.id)));
    if (!shown.some((report) => report.id === state.at)) state.at = shown.length ? shown[0].id : "";
    who.value = state.at;
    count();
  };
  const count = () => {
    const done = (some) => some.filter((report) => isMarked(report.id)).length;
    const all = done(reports) + " of " + reports.length;
    progress.textContent = state.which === "all" ? all + " marked"
      : done(shown) + " of " + shown.length + " marked here, " + all + " in all";
  };

  // One report

  const paper = (report) => {
    byId("name").textContent = called(report);
    byId("facts").textContent = report.section && "section " + report.section;
    const place = "reports/" + encodeURIComponent(report.id) + ".pdf";
    byId("alone").hidden = !report.report;
    byId("none").hidden = report.report;
    byId("alone").href = place;
    // A new frame each time: a change of its address would be a step for the button "back".
    byId("frame").replaceWith(report.report
      ? make("iframe", "", { id: "frame", src: place + VIEW, title: "The report" })
      : make("div", "", { id: "frame", hidden: "" }));
  };
  const total = () => {
    const most = rubric.reduce((all, part) => all + part.points, 0);
    const rest = isMarked(state.at) ? "" : ", not all parts are marked";
    byId("sum").textContent = number(sum(state.at)) + " of " + most + rest;
    const entry = [...who.options].find((entry) => entry.value === state.at);
    if (entry) entry.textContent = label(known.get(state.at));
    count();
  };
  const lines = (text) => text.split("\n");
  // What a comment takes away: "−2: axes have no names", on a line of its own.
  const taken = (text) => lines(text).reduce((all, line) => {
    const found = /^\s*[-\u2212]\s*(\d+(?:[.,]\d{1,2})?)\s*:/.exec(line);
    return all + (found ? Number(found[1].replace(",", ".")) : 0);
  }, 0);
  const field = (part, id, place) => {
    const box = make("fieldset"), legend = make("legend", part.name);
    const has = mark(id, part.name);
    const line = make("label"), input = make("input", "", {
      type: "number", min: "0", max: part.points, step: "any", inputmode: "decimal",
      "aria-label": "points for " + part.name, "data-part": place,
    });
    const by = make("span", "", { class: "soft" }), text = make("textarea", "", {
      "aria-label": "comment on " + part.name,
    });
    input.value = has.points;
    text.value = has.comment;
    const stamp = () => ({ grader: state.me || mark(id, part.name).grader });
    const look = () => {
      const now = mark(id, part.name);
      const wrong = now.points !== "" && Number.isNaN(points(id, part));
      input.setCustomValidity(wrong ? "0 to " + part.points + ", at most two decimals" : "");
      box.classList.toggle("done", !Number.isNaN(points(id, part)));
      by.textContent = "of " + part.points + (now.grader ? ", marked by " + now.grader : "");
      for (const check of box.querySelectorAll("input[type=checkbox]"))
        check.checked = lines(text.value).includes(check.value);
      total();
    };
    const comment = () => {
      const less = taken(text.value), change = { comment: text.value, ...stamp() };
      if (less !== taken(mark(id, part.name).comment))
        input.value = change.points = number(Math.max(0, part.points - less));
      put(id, part.name, change);
      look();
    };
    input.addEventListener("input", () => {
      const typed = input.validity.badInput ? "?" : input.value;
      put(id, part.name, { points: typed, ...stamp() });
      look();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      const next = document.querySelector('[data-part="' + (place + 1) + '"]');
      if (next) next.focus(); else go(1);
    });
    text.addEventListener("input", comment);
    line.append(input, by);
    box.append(legend, line);
    for (const sentence of part.comments) {
      const row = make("label"), check = make("input", "", { type: "checkbox", value: sentence });
      check.addEventListener("change", () => {
        const others = lines(text.value).filter((one) => one !== sentence && one !== "");
        text.value = [...others, ...(check.checked ? [sentence] : [])].join("\n");
        comment();
      });
      row.append(check, make("span", sentence));
      box.append(row);
    }
    box.append(text);
    return [box, look];
  };
  const fill = () => {
    const fields = rubric.map((part, place) => field(part, state.at, place));
    byId("parts").replaceChildren(...fields.map(([box]) => box));
    for (const [, look] of fields) look();
  };
  const draw = () => {
    const report = known.get(state.at);
    byId("main").hidden = !report;
    byId("empty").hidden = Boolean(report);
    if (!report) return;
    paper(report);
    fill();
    byId("marks").scrollTop = 0;
  };
  const show = () => { keep(); draw(); };
  const at = (id) => { state.at = id; list(); show(); };
  const go = (step) => {
    const place = shown.findIndex((report) => report.id === state.at) + step;
    if (place >= 0 && place < shown.length) {
      at(shown[place].id);
      const first = document.querySelector('[data-part="0"]');
      if (first) first.focus({ preventScroll: true }); // the report is what is looked at first
    }
  };

  // manual.csv

  const quoted = (text) =>
    /[",;\t\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  // A grader's own file has no marks of the others: theirs are in their files, and may change there.
  const isMine = (id, item) => {
    const by = mark(id, item).grader.split(",").map((name) => name.trim());
    return !state.me || by[0] === "" || by.includes(state.me);
  };
  const table = () => {
    const rows = [HEAD];
    let others = 0;
    for (const report of reports)
      for (const part of rubric) {
        const { points: given, comment, grader } = mark(report.id, part.name);
        const valid = Number.isNaN(value(given, part)) ? "" : given;
        if (!valid && !comment.trim()) continue;
        if (isMine(report.id, part.name)) rows.push([report.id, part.name, valid, comment, grader]);
        else others++;
      }
    return [others, "\ufeff" + rows.map((row) => row.map(quoted).join(",") + "\r\n").join("")];
  };
  const save = () => {
    const mine = state.me.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase();
    const link = make("a", "", { download: mine ? "manual-" + mine + ".csv" : "manual.csv" });
    const [others, csv] = table();
    link.href = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    message.textContent = link.download + " was saved with your other downloads. Put it beside " +
      "course.toml; where several graders save, put all of their files there." +
      (others ? " " + counted(others, "of others", "is", "are") + " not in it." : "");
  };
  const cells = (text) => {
    const head = text.split("\n")[0], count = (sign) => head.split(sign).length;
    const mark = [",", ";", "\t"].reduce((best, sign) => count(sign) > count(best) ? sign : best);
    const rows = [[""]];
    let inside = false;
    for (let place = 0; place < text.length; place++) {
      const sign = text[place], row = rows[rows.length - 1];
      if (inside) {
        if (sign !== '"') row[row.length - 1] += sign;
        else if (text[place + 1] === '"') { row[row.length - 1] += sign; place++; }
        else inside = false;
      } else if (sign === '"') inside = true;
      else if (sign === mark) row.push("");
      else if (sign === "\n") rows.push([""]);
      else if (sign !== "\r") row[row.length - 1] += sign;
    }
    return rows.filter((row) => row.some(Boolean));
  };
  const load = (name, text) => {
    const [head = [], ...rows] = cells(text.replace(/^\ufeff/, ""));
    const columns = head.map((cell) => cell.trim().toLowerCase());
    if (!HEAD.slice(0, 3).every((column) => columns.includes(column))) {
      message.textContent = name + " is no manual.csv: its first line must name the columns " +
        HEAD.join(", ") + ".";
      return;
    }
    const entries = rows.map((row) =>
      Object.fromEntries(columns.map((column, i) => [column, (row[i] || "").trim()])));
    for (const entry of entries) entry.points = entry.points.replace(",", ".");
    const good = entries.filter((entry) => known.has(entry.submission) && parts.has(entry.item) &&
      (entry.points === "" || !Number.isNaN(value(entry.points, parts.get(entry.item)))));
    const other = good.filter((entry) => {
      const now = mark(entry.submission, entry.item);
      return (now.points && Number(now.points) !== parseFloat(entry.points)) ||
        (now.comment && now.comment.trim() !== (entry.comment || ""));
    });
    const replace = other.length === 0 || confirm("In " + name + " " + other.length + " marks or " +
      "comments are not as they are here. OK takes those of the file, Cancel keeps those here.");
    for (const { submission, item, points: given, comment = "", grader = "" } of good)
      if (replace || !other.some((one) => one.submission === submission && one.item === item))
        put(submission, item, { points: given, comment, grader });
    const lost = entries.length - good.length;
    message.textContent = good.length + " rows of " + name + " were read" + (lost ? "; " + lost +
      " were left out: no such submission or part, or points that it cannot have." : ".");
    list();
    show();
  };

  byId("previous").addEventListener("click", () => go(-1));
  byId("next").addEventListener("click", () => go(1));
  byId("save").addEventListener("click", save);
  byId("load").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) load(file.name, await file.text());
    event.target.value = "";
  });
  byId("zero").addEventListener("click", () => {
    for (const part of rubric) put(state.at, part.name, { ...zero, grader: state.me });
    show();
  });
  who.addEventListener("change", () => at(who.value));
  which.addEventListener("change", () => { state.which = which.value; list(); show(); });
  byId("anonymous").addEventListener("change", (event) => {
    state.anonymous = event.target.checked;
    list();
    show();
  });
  me.addEventListener("change", () => { state.me = me.value; keep(); });
  graders.addEventListener("input", () => {
    state.graders = graders.value;
    choices(); list(); show();
  });
  document.addEventListener("keydown", (event) => {
    const { tagName, type } = event.target;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const writes = tagName === "TEXTAREA" || tagName === "SELECT" ||
      (tagName === "INPUT" && !["number", "checkbox"].includes(type));
    if (writes) return;
    const arrows = type !== "number";
    const step = event.key === "n" || (arrows && event.key === "ArrowRight") ? 1
      : event.key === "p" || (arrows && event.key === "ArrowLeft") ? -1 : 0;
    if (step) { event.preventDefault(); go(step); }
  });
  // Marks that were made in another tab; each keeps its own view of them.
  addEventListener("storage", (event) => {
    if (event.key !== key || event.newValue === null) return;
    const here = state.at, before = JSON.stringify(state.marks[here]);
    state.marks = kept().marks || state.marks;
    list();
    if (state.at !== here) draw();
    else if (here && JSON.stringify(state.marks[here]) !== before) fill();
  });
  const differ = reports.flatMap(({ id }) => rubric.filter(({ name: item }) => {
    const here = own(id, item), there = inFile(id, item);
    return here && there && (here.comment.trim() !== there.comment.trim() ||
      here.points === "" || Number(here.points) !== Number(there.points));
  })).length;
  if (differ)
    message.textContent = counted(differ, "of this browser", "differs", "differ") +
      " from the files beside course.toml. To take those of a file, load it (more).";
  graders.value = state.graders;
  byId("anonymous").checked = state.anonymous;
  choices();
  list();
  draw();
})();
