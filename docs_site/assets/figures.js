// Draws the figures of a page with plotly, in the colours and fonts of the palette, and again when the palette changes.
// A figure's data names colours by token; the tokens are custom properties of the page (assets/theme.css).
(() => {
  "use strict";
  const CONFIG = {
    responsive: true,
    displaylogo: false,
    showSendToCloud: false,
    showEditInChartStudio: false,
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
  };
  const STEPS = 9;
  const NARROW = 560;

  function colour(name) {
    return getComputedStyle(document.body).getPropertyValue(`--sl-${name}`).trim();
  }

  function scale(name) {
    return Array.from({ length: STEPS }, (_, step) => [step / (STEPS - 1), colour(`${name}-${step}`)]);
  }

  // Only values under a key that holds colours are tokens: a log text that looks like one stays text.
  function resolve(value, key) {
    if (Array.isArray(value)) return value.map((item) => resolve(item, key));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolve(item, name)]));
    }
    if (typeof value === "string" && value.startsWith("token:")) {
      if (key === "colorscale") return scale(value.slice(6));
      if (/colors?$/i.test(key)) return colour(value.slice(6));
    }
    return value;
  }

  function themed(layout, width) {
    const font = { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("ink") };
    const axis = {
      gridcolor: colour("line"), linecolor: colour("line-strong"), zerolinecolor: colour("line-strong"),
      tickfont: { color: colour("muted") }, title: { font: { color: colour("muted"), size: 12 } }, automargin: true, zeroline: false,
    };
    const own = resolve(layout, "");
    const result = {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font,
      margin: { l: 8, r: 8, t: 8, b: 40 }, showlegend: false, hovermode: "closest", dragmode: false,
      hoverlabel: {
        bgcolor: colour("raised"), bordercolor: colour("line-strong"), font: { ...font, color: colour("ink") }, align: "left",
      },
      ...own,
    };
    for (const key of Object.keys(result)) {
      if (/^[xy]axis\d*$/.test(key)) {
        result[key] = { ...axis, ...result[key], title: { ...axis.title, ...(result[key].title || {}) } };
        // On a narrow screen long labels would leave no room for what is drawn. Names tell themselves apart at the end.
        if (width < NARROW && key.startsWith("y") && result[key].ticktext) {
          const most = Math.max(16, Math.floor(width / 20));
          const cut = (text) => (text.length > most ? `${text.slice(0, 5)}…${text.slice(6 - most)}` : text);
          result[key].ticktext = result[key].ticktext.map(cut);
        }
      }
    }
    // Text behind a bar keeps its width when the bar does not.
    if (width < NARROW && result.xaxis && result.xaxis.range && result.yaxis && result.yaxis.ticktext && !result.xaxis2) {
      result.xaxis.range = [result.xaxis.range[0], result.xaxis.range[1] * 1.35];
    }
    return result;
  }

  function draw(plot) {
    const spec = plot.specification;
    const layout = themed(spec.layout, plot.clientWidth);
    const data = resolve(spec.data, "");
    // The scale's legend would take a third of a narrow figure; hover says the numbers.
    if (plot.clientWidth < NARROW) data.forEach((trace) => { if (trace.colorbar) trace.showscale = false; });
    return window.Plotly.react(plot, data, layout, CONFIG);
  }

  function follow(plot) {
    plot.on("plotly_click", (event) => {
      const custom = event.points[0] && event.points[0].customdata;
      const index = Array.isArray(custom) ? custom[0] : custom;
      const target = plot.specification.links[index];
      if (typeof target === "string") window.location.assign(target);
      else if (target) list(plot, target);
    });
  }

  // Where a point leads to more than one place, they are listed below the drawing.
  function list(plot, [title, targets]) {
    let place = plot.parentElement.querySelector(".sl-picked");
    if (!place) {
      place = plot.parentElement.appendChild(document.createElement("p"));
      place.className = "sl-picked";
      place.setAttribute("aria-live", "polite");
    }
    const name = document.createElement("strong");
    name.textContent = title;
    place.replaceChildren(name, ...targets.map(([words, address]) => {
      const link = document.createElement("a");
      link.href = address;
      link.textContent = words;
      return link;
    }));
  }

  function prepare(plot) {
    plot.querySelectorAll("noscript").forEach((element) => element.remove());
    plot.specification = JSON.parse(plot.parentElement.querySelector("script").textContent);
    draw(plot).then(() => {
      plot.classList.add("sl-drawn");
      if (plot.specification.links.length) {
        plot.classList.add("sl-clickable");
        follow(plot);
      }
    });
  }

  const plots = [...document.querySelectorAll(".sl-plot")];
  const near = new IntersectionObserver((entries) => {
    entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
      near.unobserve(entry.target);
      prepare(entry.target);
    });
  }, { rootMargin: "300px" });
  plots.forEach((plot) => near.observe(plot));

  new MutationObserver(() => plots.filter((plot) => plot.classList.contains("sl-drawn")).forEach(draw))
    .observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
})();
