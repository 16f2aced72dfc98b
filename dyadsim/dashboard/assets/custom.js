// What all components of the dashboard share in the browser: the playhead, and what Solara's page leaves out.
(function () {
  // Solara's page has no language and forbids zooming; both matter to who reads with a screen reader or a magnifier.
  document.documentElement.lang = "en";
  const viewport = document.querySelector("meta[name=viewport]");
  if (viewport) viewport.content = "width=device-width, initial-scale=1";

  // Light or dark as the reader's system is, until the reader says otherwise.
  if (window.theme && !localStorage.getItem(":solara:theme.variant")) window.theme.variant = "auto";
  const root = document.getElementById("app");
  if (root && typeof inDarkMode === "function") {
    root.classList.toggle("theme--dark", inDarkMode());
    root.classList.toggle("theme--light", !inDarkMode());
  }

  // A playhead. Python sends a whole session once; from then on the browser plays it, and nothing goes to the server.
  class Clock {
    constructor() {
      this.time = 0;
      this.end = 0;
      this.stop = Infinity;
      this.speed = 1;
      this.playing = false;
      this.shown = 0; // seconds in view; 0 is the whole session
      this.frames = 0;
      this.listeners = new Set();
    }

    // listener(clock) is called at every frame while playing, and at every other change.
    listen(listener) {
      this.listeners.add(listener);
      listener(this);
      return () => this.listeners.delete(listener);
    }

    tell() {
      this.listeners.forEach((listener) => listener(this));
    }

    // The second that the playhead stands in.
    get second() {
      return Math.max(0, Math.min(Math.floor(this.time), this.end - 1));
    }

    // A session of another length under the same playhead.
    lasts(seconds) {
      this.end = seconds;
      this.time = Math.min(this.time, seconds);
      this.tell();
    }

    seek(time) {
      this.time = Math.max(0, Math.min(time, this.end));
      this.tell();
    }

    play(stop) {
      this.stop = stop || Infinity;
      if (this.time >= this.end) this.time = 0;
      if (this.playing) return this.tell();
      this.playing = true;
      let before = performance.now();
      const frame = (now) => {
        if (!this.playing) return;
        const passed = Math.max(now - before, 0); // the first frame may have begun before it was asked for
        this.time = Math.min(this.time + (passed / 1000) * this.speed, this.end, this.stop);
        before = now;
        this.frames += 1;
        if (this.time >= this.end || this.time >= this.stop) this.playing = false;
        this.tell();
        if (this.playing) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      this.tell();
    }

    pause() {
      this.playing = false;
      this.tell();
    }

    set(name, value) {
      this[name] = value;
      this.tell();
    }
  }

  const clocks = {};

  // What a text becomes as a file on the reader's disk; bytes come in base64.
  function save(name, mime, text, isBase64) {
    const content = isBase64 ? Uint8Array.from(atob(text), (c) => c.charCodeAt(0)) : text;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type: mime }));
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // What a component does with a file that Python gives it.
  const keep = (file) => file && save(file.name, file.mime, file.content, file.base64);

  // Runs of equal values: [{value, start, stop}].
  function runs(values) {
    const found = [];
    values.forEach((value, second) => {
      const last = found[found.length - 1];
      if (last && last.value === value) last.stop = second + 1;
      else found.push({ value, start: second, stop: second + 1 });
    });
    return found;
  }

  // Scripts that only few need are fetched from this very server when they are.
  const served = (path) => (window.solara.rootPath || "") + path;
  const load = (path) => import(served(path));

  window.dyadsim = { clock: (name) => (clocks[name] = clocks[name] || new Clock()), save, keep, runs, served, load };
})();
