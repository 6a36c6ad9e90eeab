// Tables sort by a click or Enter on a header, and filter by what is typed above them. Rows are moved, never rebuilt.
(() => {
  "use strict";
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  function value(row, index, numeric) {
    const cell = row.cells[index];
    const given = cell.dataset.v;
    if (given === undefined) return cell.textContent.trim();
    if (given === "") return null;
    return numeric || !Number.isNaN(Number(given)) ? Number(given) : given;
  }

  function compare(left, right) {
    if (typeof left === "number" && typeof right === "number") return left - right;
    return collator.compare(String(left), String(right));
  }

  function sort(table, header) {
    const numeric = header.classList.contains("sl-number");
    const before = header.getAttribute("aria-sort");
    // Numbers start with the largest: that is what people look for.
    const direction = before ? (before === "ascending" ? "descending" : "ascending") : numeric ? "descending" : "ascending";
    const sign = direction === "ascending" ? 1 : -1;
    const body = table.tBodies[0];
    const keyed = [...body.rows].map((row) => [value(row, header.cellIndex, numeric), row]);
    keyed.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      return sign * compare(a, b);
    });
    body.append(...keyed.map(([, row]) => row));
    for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", direction);
  }

  function filter(box, table, output) {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      const matches = words.every((word) => text.includes(word));
      row.hidden = !matches;
      shown += matches ? 1 : 0;
    }
    const total = table.tBodies[0].rows.length;
    output.textContent = words.length ? `${shown} of ${total} rows` : `${total} rows`;
  }

  document.querySelectorAll(".sl-table:not(.sl-paged)").forEach((holder) => {
    const table = holder.querySelector("table");
    const box = holder.querySelector("input");
    table.tHead.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) sort(table, button.closest("th"));
    });
    if (!box) return;
    const output = holder.querySelector("output");
    box.addEventListener("input", () => filter(box, table, output));
  });
})();
