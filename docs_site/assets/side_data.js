// Data beside a page: loads a script that puts packed JSON under a key, and unpacks it. Scripts, because a page opened
// as a file may not fetch. The other half is docs_site/html/side_file.py.
(() => {
  "use strict";
  const waiting = new Map();

  function loadScript(source) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`The data file ${source} is not beside this page.`));
      document.head.append(script);
    });
  }

  async function unpack(text) {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).json();
  }

  async function read(key, source) {
    await loadScript(source);
    const packed = self.sightlineData && self.sightlineData[key];
    if (!packed) throw new Error(`The data file ${source} does not hold what this page expects.`);
    delete self.sightlineData[key];
    return unpack(packed);
  }

  // Each file is read once, however often it is asked for, until it is forgotten.
  self.sightlineSideData = {
    load(key, source) {
      if (!waiting.has(key)) waiting.set(key, read(key, source));
      return waiting.get(key);
    },
    forget(key) { waiting.delete(key); },
  };
})();
