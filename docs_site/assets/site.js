// Small things every page needs: how long ago a time was, and what is copied out of tables.
(() => {
  "use strict";
  const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });

  function ago(moment) {
    const seconds = (moment - Date.now()) / 1000;
    for (const [unit, size] of STEPS) {
      if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
    }
    return "just now";
  }

  document.querySelectorAll("time[data-ago]").forEach((element) => {
    const moment = Date.parse(element.dateTime);
    if (!Number.isNaN(moment)) element.textContent = `${element.textContent} (${ago(moment)})`;
  });

  // Copied into a spreadsheet, a cell that begins with a sign of a formula would be worked out: a word joiner before it
  // makes it text. The same rule as in orchestration/domain/spreadsheets.py, for tables that scripts make, too.
  const SIGNS = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20](?![\d.,+\-%\s]*$)/;

  document.addEventListener("copy", (event) => {
    const selection = document.getSelection();
    if (!selection.rangeCount || !event.clipboardData) return;
    const copied = document.createElement("div");
    copied.append(selection.getRangeAt(0).cloneContents());
    const unsafe = [...copied.querySelectorAll("td, th")].filter((cell) => SIGNS.test(cell.textContent.trimStart()));
    if (!unsafe.length) return;
    for (const cell of unsafe) cell.prepend("\u2060");
    const words = (row) => [...row.cells].map((cell) => cell.textContent.trim().replace(/\s+/g, " ")).join("\t");
    event.clipboardData.setData("text/html", copied.innerHTML);
    event.clipboardData.setData("text/plain", [...copied.querySelectorAll("tr")].map(words).join("\n"));
    event.preventDefault();
  });
})();
