// Search runs in a Worker, which browsers refuse to pages opened as files. There, and only there, the worker's script
// is run in a hidden frame instead. Material's worker looks for `parent.IFrameWorker` and for a script with an address.
(() => {
  "use strict";
  if (location.protocol !== "file:" || typeof IFrameWorker !== "undefined") return;

  class FrameWorker extends EventTarget {
    constructor(address) {
      super();
      this.onmessage = null;
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.title = "Search";
      document.documentElement.append(this.frame);
      const inner = this.frame.contentDocument;
      inner.open();
      inner.write("<!doctype html><html><head></head><body></body></html>");
      inner.close();
      const scope = this.frame.contentWindow;
      // What the worker posts reaches the page; what the page posts reaches the worker once its script is there.
      scope.postMessage = (data) => this.deliver(data);
      scope.importScripts = (...sources) =>
        sources.reduce((before, source) => before.then(() => FrameWorker.load(inner, source)), Promise.resolve());
      FrameWorker.load(inner, String(address)).then(() => {
        const queued = this.waiting;
        this.waiting = null;
        queued.forEach((data) => this.postMessage(data));
      });
    }

    static load(inner, source) {
      return new Promise((resolve, reject) => {
        const script = inner.createElement("script");
        script.src = source;
        script.onload = resolve;
        script.onerror = () => reject(new Error(`cannot load ${source}`));
        inner.head.append(script);
      });
    }

    deliver(data) {
      queueMicrotask(() => {
        const event = new MessageEvent("message", { data });
        this.dispatchEvent(event);
        if (typeof this.onmessage === "function") this.onmessage(event);
      });
    }

    postMessage(data) {
      if (this.waiting) {
        this.waiting.push(data);
        return;
      }
      const scope = this.frame.contentWindow;
      queueMicrotask(() => scope.dispatchEvent(new scope.MessageEvent("message", { data })));
    }

    terminate() {
      this.frame.remove();
    }
  }

  window.IFrameWorker = FrameWorker;
  window.Worker = FrameWorker;
})();
