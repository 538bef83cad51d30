"""What only the class page has: headings, some style, and the script.

The script sorts and filters the table and hides names; without it the page shows everything.
"""

ROWS = 200
"""Rows that are shown at first: laying out thousands takes a browser seconds."""

TITLES = {
    "person": "Needs a person",
    "overview": "Overview",
    "mistakes": "What has been misunderstood",
    "hardest": "Hardest outputs",
    "all": "Submissions",
}

STYLE = """
body { max-width: 72rem; }
.notice h2 { margin-top: .3rem; } .notice h3 { margin-top: .8rem; }
.figures { display: grid; gap: 1.5rem 2rem; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
figure { margin: 0; } figcaption { font-size: .95rem; margin-bottom: .3rem; }
.case { min-width: 13rem; }
.mistakes { padding-left: 0; list-style: none; }
.mistakes li { border-top: 1px solid var(--line); padding: .4rem 0; display: grid;
  grid-template-columns: 8rem 1fr; gap: 1rem; }
.mistakes p { margin: 0; } .mistakes .bar { width: 5rem; }
.mistakes .bar i { background: var(--above); }
.many { display: flex; gap: .5rem; align-items: center; align-self: start; }
.many b { min-width: 2.4rem; text-align: right; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
@media (max-width: 36rem) { .mistakes li { grid-template-columns: 1fr; gap: .1rem; }
  .many b { min-width: 0; } }
#table { font-size: .9rem; width: 100%; } #table th { font-weight: 400; }
#table thead { position: sticky; top: 0; background: var(--paper); }
#table thead th { white-space: nowrap; padding-right: .75rem; }
#table button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0;
  padding: .2rem 0; cursor: pointer; }
#table button::after { content: " \\2195"; color: var(--soft); }
#table [aria-sort=ascending] button::after { content: " \\2191"; color: inherit; }
#table [aria-sort=descending] button::after { content: " \\2193"; color: inherit; }
input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft);
  border-radius: .3rem; padding: .2rem .4rem; }
.nameless .who { display: none; }
#every { font: inherit; color: var(--ink); background: var(--card); cursor: pointer;
  border: 1px solid var(--soft); border-radius: .3rem; padding: .2rem .6rem; }
"""

SCRIPT = """
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const [table, filter, shown, nameless] = ["table", "filter", "shown", "nameless"].map(byId);
  const all = byId("every");
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  const people = [...document.querySelectorAll("[data-no]")].map((a) =>
    ({ a, no: a.dataset.no, name: a.textContent, href: a.getAttribute("href") }));
  const rows = [...body.rows].map((row) => {
    const values = [...row.cells].map((cell) => cell.textContent);
    const no = row.querySelector("[data-no]").dataset.no;
    const rest = values.slice(1).join(" ").toLowerCase();
    return { row, values, no, rest, named: values[0].toLowerCase() + " " + rest };
  });
  const compare = new Intl.Collator(undefined, { numeric: true }).compare;
  let column = 0, direction = 1;

  const value = (entry) => column === 0 && nameless.checked ? entry.no : entry.values[column];
  const arrange = () => {
    rows.sort((a, b) => direction * compare(value(a), value(b)));
    body.append(...rows.map((entry) => entry.row));
    heads.forEach((head, index) => {
      if (index === column) head.ariaSort = direction > 0 ? "ascending" : "descending";
      else head.removeAttribute("aria-sort");
    });
    select();
  };
  const select = () => {
    const words = filter.value.toLowerCase().split(" ").filter(Boolean);
    const most = all.dataset.pressed ? Infinity : Number(table.dataset.rows);
    let count = 0;
    for (const entry of rows) {
      const text = nameless.checked ? "no. " + entry.no + " " + entry.rest : entry.named;
      const fits = words.every((word) => text.includes(word));
      count += fits;
      entry.row.hidden = !fits || count > most;
    }
    all.hidden = count <= most;
    shown.textContent = count + " of " + rows.length + " fit" +
      (all.hidden ? "" : "; the first " + most + " are shown");
  };
  const name = () => {
    document.body.classList.toggle("nameless", nameless.checked);
    for (const { a, no, name, href } of people) {
      a.textContent = nameless.checked ? "No. " + no : name;
      if (nameless.checked) a.removeAttribute("href");
      else a.setAttribute("href", href);
    }
    history.replaceState(null, "", nameless.checked ? "#nameless" : "#");
    arrange();
  };

  heads.forEach((head, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const first = head.classList.contains("n") ? -1 : 1;
      direction = column === index ? -direction : first;
      column = index;
      arrange();
    });
  });
  filter.addEventListener("input", select);
  all.addEventListener("click", () => { all.dataset.pressed = "yes"; select(); });
  nameless.addEventListener("change", name);
  for (const id of ["switch", "tools", "how"]) byId(id).hidden = false;
  nameless.checked = location.hash === "#nameless";
  if (nameless.checked) name();
  else { heads[0].ariaSort = "ascending"; select(); }
})();
"""


def begin(name: str, kind: str = "") -> str:
    """The opening of a section with its heading."""
    class_ = f' class="{kind}"' if kind else ""
    return f'<section{class_} aria-labelledby="{name}"><h2 id="{name}">{TITLES[name]}</h2>'
