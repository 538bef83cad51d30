// Sorts and filters the table of submissions, and hides names and what needs a person. Without this script the page shows
// everything; the controls appear only here.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const [table, filter, shown, nameless] = ["table", "filter", "shown", "nameless"].map(byId);
  const every = byId("every"), section = byId("section");
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  const people = [...document.querySelectorAll("[data-no]")].map((a) =>
    ({ a, no: a.dataset.no, name: a.textContent, href: a.getAttribute("href") }));
  const rows = [...body.rows].map((row) => {
    const values = [...row.cells].map((cell) => cell.textContent);
    const no = row.querySelector("[data-no]").dataset.no;
    const rest = values.slice(1).join(" ").toLowerCase();
    const named = values[0].toLowerCase() + " " + rest;
    return { row, values, no, rest, named, section: row.dataset.section };
  });
  const compare = new Intl.Collator(undefined, { numeric: true }).compare;
  let column = 0, direction = 1;

  // The order must not give a hidden name away.
  const value = (entry) => column === 0 && nameless.checked ? entry.no : entry.values[column];

  const sortRows = () => {
    rows.sort((a, b) => direction * compare(value(a), value(b)));
    body.append(...rows.map((entry) => entry.row));
    heads.forEach((head, index) => {
      if (index === column) head.ariaSort = direction > 0 ? "ascending" : "descending";
      else head.removeAttribute("aria-sort");
    });
    filterRows();
  };

  // Shows the rows of the section with all words of the filter, and at first at most data-rows.
  const filterRows = () => {
    const words = filter.value.toLowerCase().split(" ").filter(Boolean);
    const most = every.dataset.pressed ? Infinity : Number(table.dataset.rows);
    let count = 0;
    for (const entry of rows) {
      const text = nameless.checked ? "no. " + entry.no + " " + entry.rest : entry.named;
      const matches = words.every((word) => text.includes(word)) &&
        (section.value === "" || section.value === entry.section);
      count += matches;
      entry.row.hidden = !matches || count > most;
    }
    every.hidden = count <= most;
    shown.textContent = count + " of " + rows.length +
      (every.hidden ? " shown" : " match; the first " + most + " are shown");
  };

  const showNames = () => {
    document.body.classList.toggle("nameless", nameless.checked);
    for (const { a, no, name, href } of people) {
      a.textContent = nameless.checked ? "No. " + no : name;
      if (nameless.checked) a.removeAttribute("href");
      else a.setAttribute("href", href);
    }
    // A page that is loaded again keeps names hidden.
    history.replaceState(null, "", nameless.checked ? "#nameless" : "#");
    sortRows();
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
      sortRows();
    });
  });
  filter.addEventListener("input", filterRows);
  section.addEventListener("change", filterRows);
  const showAll = () => { every.dataset.pressed = "yes"; filterRows(); };
  every.addEventListener("click", showAll);
  addEventListener("beforeprint", showAll);
  nameless.addEventListener("change", showNames);
  for (const id of ["switch", "tools", "how"]) byId(id).hidden = false;
  nameless.checked = location.hash === "#nameless";
  if (nameless.checked) showNames();
  else { heads[0].ariaSort = "ascending"; filterRows(); }
})();
