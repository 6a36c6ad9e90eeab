// Draws the page's diagrams with Mermaid, strictly (no HTML, no scripts in labels), and again when the palette changes.
(() => {
  "use strict";
  const diagrams = [...document.querySelectorAll(".sl-diagram")];
  let round = 0;

  function colour(name) {
    return getComputedStyle(document.body).getPropertyValue(`--sl-${name}`).trim();
  }

  function configure() {
    window.mermaid.initialize({
      startOnLoad: false,
      securityLevel: "strict",
      htmlLabels: false,
      theme: "base",
      flowchart: { htmlLabels: false, curve: "basis", nodeSpacing: 28, rankSpacing: 36, useMaxWidth: false, wrappingWidth: 4000 },
      themeVariables: {
        fontFamily: getComputedStyle(document.body).fontFamily,
        fontSize: "14px",
        background: colour("surface"),
        primaryColor: colour("raised"),
        primaryBorderColor: colour("line-strong"),
        primaryTextColor: colour("ink"),
        lineColor: colour("muted"),
        textColor: colour("ink"),
        clusterBkg: colour("canvas"),
        clusterBorder: colour("line"),
        edgeLabelBackground: colour("surface"),
      },
    });
  }

  // Class definitions name colours by token, as in figures.
  function source(element) {
    return element.text.replace(/token_([a-z]+(?:_[a-z0-9]+)*)/g, (_, name) => colour(name.replaceAll("_", "-")));
  }

  async function draw() {
    configure();
    round += 1;
    for (const [number, element] of diagrams.entries()) {
      element.text ??= JSON.parse(element.querySelector("script").textContent);
      const { svg } = await window.mermaid.render(`diagram-${round}-${number}`, source(element));
      element.querySelector(".sl-drawing").innerHTML = svg;
    }
  }

  let last = Promise.resolve();
  function redraw() {
    last = last.then(draw).catch((problem) => {
      diagrams.forEach((element) => { element.querySelector(".sl-drawing").textContent = `The diagram cannot be drawn: ${problem.message}`; });
    });
  }
  redraw();
  new MutationObserver(redraw).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
})();
