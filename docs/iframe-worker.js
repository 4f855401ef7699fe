/* A browser starts no worker from a page on disk, which the search needs: there it runs in a hidden frame. */
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      this.frame = frame;
      this.inner = frame.contentWindow;
      window.addEventListener("message", (event) => {
        if (event.source === this.inner) {
          const message = new MessageEvent("message", { data: event.data });
          this.dispatchEvent(message);
          if (this.onmessage) this.onmessage(message);
        }
      });
      const load = "function load(url) { return new Promise((done) => { const s = document.createElement('script');" +
        "s.src = url; s.onload = done; s.onerror = done; document.head.append(s); }); }";
      const shim = load + "postMessage = (data) => parent.postMessage.call(parent, data, '*');" +
        "importScripts = (...urls) => urls.reduce((p, url) => p.then(() => load(url)), Promise.resolve());";
      this.inner.document.open();
      this.inner.document.write(`<html><head><script>${shim}</` + `script><script src="${url}"></` + `script></head></html>`);
      this.ready = new Promise((resolve) => { this.inner.onload = resolve; }); // open() takes all listeners away
      this.inner.document.close();
    }
    postMessage(data) {
      this.ready.then(() => this.inner.dispatchEvent(new MessageEvent("message", { data })));
    }
    terminate() { this.frame.remove(); }
  };
}
