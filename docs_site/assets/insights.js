// Shows one kind of fix, and opens the recommendation an address names.
(() => {
  "use strict";
  const bar = document.querySelector(".sl-kinds");
  if (!bar) return;
  const items = [...document.querySelectorAll("details.sl-insight")];
  bar.hidden = false;

  function show(kind) {
    for (const button of bar.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
    for (const item of items) item.hidden = kind !== "" && item.dataset.kind !== kind;
  }

  function open() {
    const item = items.find((one) => `#${one.id}` === location.hash);
    if (!item) return;
    if (item.hidden) show("");
    item.open = true;
    item.scrollIntoView();
  }

  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) show(button.dataset.kind);
  });
  addEventListener("hashchange", open);
  open();
})();
