// Small things every page needs: how long ago a time was.
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
})();
