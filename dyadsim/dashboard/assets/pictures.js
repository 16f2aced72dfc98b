// Pictures that travel: what a page shows of a session as an SVG that opens anywhere, as PNG, and as a short GIF or film.
//
// 1. Copying  what is drawn and written in a part of the page, HTML and SVG alike, becomes plain SVG with its colours in it.
// 2. Sheets   parts beside and below each other on white paper, with a title and the notice.
// 3. Files    a sheet as SVG or PNG.
// 4. Films    the page's playhead is moved from second to second, and each sheet drawn on a canvas.

const SVG = "http://www.w3.org/2000/svg";
// A legend belongs to the lanes above it.
const PARTS = { lanes: ".ds-lanes, .ds-box-lanes > .ds-legend", faces: ".ds-faces", grid: ".ds-grid" };
const FONT = 'system-ui, "Segoe UI", "DejaVu Sans", sans-serif';

// 1. Copying ----------------------------------------------------------------------------------------------------------

// Only these are copied: so there is no script, no handler and no address of anything elsewhere in a picture.
const DRAWN = new Set(["g", "defs", "pattern", "rect", "circle", "ellipse", "line", "path", "polygon", "polyline", "text", "tspan", "title", "clipPath"]);
const PLACES = ["cx", "cy", "d", "dx", "dy", "height", "id", "patternTransform", "patternUnits", "points", "r", "rx", "ry",
  "transform", "viewBox", "preserveAspectRatio", "width", "x", "x1", "x2", "y", "y1", "y2"];
// How something looks where nothing is said of it.
const LOOK = { opacity: "1", "fill-opacity": "1", "stroke-opacity": "1", "stroke-width": "1px", "stroke-dasharray": "none",
  "stroke-linecap": "butt", "stroke-linejoin": "miter", "vector-effect": "none" };
const WRITING = { "text-anchor": "start", "dominant-baseline": "auto", "font-weight": "400", "font-style": "normal" };

function made(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, typeof value === "number" ? +value.toFixed(2) : value);
  if (text !== undefined) node.textContent = text;
  return node;
}

// A colour as SVG 1.1 knows it: [rgb, opacity].
function colour(computed) {
  const parts = /^rgba?\(([\d.]+),? ([\d.]+),? ([\d.]+)(?:,? ?\/? ?([\d.]+))?\)$/.exec(computed);
  return parts ? [`rgb(${parts[1]},${parts[2]},${parts[3]})`, parts[4] === undefined ? 1 : +parts[4]] : [computed, 1];
}

// What of a style sheet holds for an element of an SVG, as attributes.
function paint(style, isText) {
  const found = {};
  for (const [name, usual] of Object.entries(LOOK)) {
    const value = style.getPropertyValue(name);
    if (value && value !== usual) found[name] = value;
  }
  for (const name of ["fill", "stroke"]) {
    const value = style.getPropertyValue(name), pattern = /url\("?[^"#)]*(#[^")]+)"?\)/.exec(value);
    const [shade, opacity] = pattern ? [`url(${pattern[1]})`, 1] : colour(value);
    if (name === "fill" || shade !== "none") found[name] = shade;
    if (opacity < 1) found[`${name}-opacity`] = opacity * (found[`${name}-opacity`] || 1);
  }
  if (isText) Object.assign(found, writing(style));
  return found;
}

function writing(style) {
  const found = { "font-size": parseFloat(style.fontSize) };
  for (const [name, usual] of Object.entries(WRITING)) {
    const value = style.getPropertyValue(name);
    if (value && value !== usual) found[name] = value;
  }
  return found;
}

function copyOfDrawing(node, inDefinition) {
  if (!DRAWN.has(node.localName)) return null;
  const style = getComputedStyle(node), isPart = inDefinition || node.localName === "defs";
  if (node.localName === "title") return made("title", {}, node.textContent);
  if (!isPart && (style.display === "none" || style.visibility === "hidden")) return null;
  const copy = made(node.localName);
  for (const name of PLACES) if (node.hasAttribute(name)) copy.setAttribute(name, node.getAttribute(name));
  const isText = node.localName === "text" || node.localName === "tspan";
  const look = ["g", "defs", "pattern", "clipPath"].includes(node.localName) ? (style.opacity === "1" ? {} : { opacity: style.opacity }) : paint(style, isText);
  for (const [name, value] of Object.entries(look)) copy.setAttribute(name, value);
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) isText && copy.append(child.textContent);
    else if (child.nodeType === Node.ELEMENT_NODE) copy.append(copyOfDrawing(child, isPart) || "");
  }
  return copy;
}

let counted = 0; // patterns and clips of a sheet

const pen = document.createElement("canvas").getContext("2d");

function fontOf(style) {
  return `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
}

// The words of a text node, a line of them at a time: [{text, box}].
function lines(node) {
  const range = document.createRange(), found = [];
  for (const word of node.data.matchAll(/\S+/g)) {
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].length);
    const [box] = range.getClientRects(), last = found[found.length - 1];
    if (!box || !box.width) continue;
    if (last && Math.abs(last.box.top - box.top) < 2 && box.left >= last.box.left) {
      last.text += ` ${word[0]}`;
      last.box = new DOMRect(last.box.left, last.box.top, box.right - last.box.left, box.height);
    } else found.push({ text: word[0], box });
  }
  return found;
}

function write(node, style, at, into) {
  pen.font = fontOf(style);
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = pen.measureText("x");
  const isUpright = style.writingMode.startsWith("vertical");
  const [fill, opacity] = colour(style.color);
  for (const { text, box } of lines(node)) {
    const look = { ...writing(style), fill, ...(opacity < 1 && { "fill-opacity": opacity }) };
    const middle = { x: (box.left + box.right) / 2 - at.x, y: (box.top + box.bottom) / 2 - at.y };
    if (isUpright) {
      const turn = style.transform.startsWith("matrix(-1") ? 270 : 90; // read from below or from above
      Object.assign(look, { "text-anchor": "middle", transform: `rotate(${turn} ${middle.x.toFixed(1)} ${middle.y.toFixed(1)})` });
      Object.assign(look, { x: middle.x, y: middle.y + (up - down) / 2 });
    } else {
      const side = { right: "end", end: "end", center: "middle" }[style.textAlign] || "start";
      const x = side === "end" ? box.right - at.x : side === "middle" ? middle.x : box.left - at.x;
      Object.assign(look, { x, y: middle.y + (up - down) / 2, ...(side !== "start" && { "text-anchor": side }) });
    }
    into.append(made("text", look, text));
  }
}

// The dots or stripes of a background as a pattern: those of a legend, whose colours mean nothing alone.
function tiles(style, id) {
  const image = style.backgroundImage, shades = (image.match(/rgba?\([^)]*\)/g) || []).map((shade) => colour(shade)[0]);
  const stops = [...image.matchAll(/([\d.]+)px/g)].map((stop) => +stop[1]);
  if (!shades.length || !stops.length) return null;
  if (image.startsWith("repeating-linear-gradient")) {
    const wide = Math.max(...stops), angle = parseFloat(/\(([\d.-]+)deg/.exec(image)?.[1] ?? 180) - 90;
    const tile = made("pattern", { id, width: wide, height: wide, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${angle})` });
    tile.append(made("rect", { width: wide, height: wide, fill: shades[shades.length - 1] }));
    tile.append(made("rect", { width: stops.find((stop) => stop > 0), height: wide, fill: shades[0] }));
    return tile;
  }
  const wide = parseFloat(style.backgroundSize);
  if (!image.startsWith("radial-gradient") || !wide) return null;
  const tile = made("pattern", { id, width: wide, height: wide, patternUnits: "userSpaceOnUse" });
  tile.append(made("circle", { cx: wide / 2, cy: wide / 2, r: stops[0], fill: shades[0] }));
  return tile;
}

function boxOf(element, style, at, into) {
  const box = element.getBoundingClientRect(), [x, y] = [box.left - at.x, box.top - at.y];
  const [shade, opacity] = colour(style.backgroundColor);
  const round = Math.min(parseFloat(style.borderTopLeftRadius) || 0, box.height / 2);
  const place = { x, y, width: box.width, height: box.height, ...(round && { rx: round }) };
  if (opacity > 0 && shade !== "transparent" && box.width && box.height) {
    into.append(made("rect", { ...place, fill: shade, ...(opacity < 1 && { "fill-opacity": opacity }) }));
  }
  const tile = style.backgroundImage === "none" ? null : tiles(style, `tile${(counted += 1)}`);
  if (tile) into.append(tile, made("rect", { ...place, fill: `url(#${tile.id})` }));
  const edges = { Top: [x, y, box.width, 0], Bottom: [x, y + box.height, box.width, 0], Left: [x, y, 0, box.height], Right: [x + box.width, y, 0, box.height] };
  for (const [side, [left, top, width, height]] of Object.entries(edges)) {
    const wide = parseFloat(style[`border${side}Width`]), [edge, seen] = colour(style[`border${side}Color`]);
    if (!wide || style[`border${side}Style`] === "none" || !seen) continue;
    const away = side === "Bottom" || side === "Right" ? -wide : 0;
    into.append(made("rect", { x: left + (width ? 0 : away), y: top + (height ? 0 : away), width: width || wide, height: height || wide, fill: edge }));
  }
}

// While a film is drawn: what each drawing held when it was copied last, and the copy. Most stay as they are.
let held = null;

function insideOf(drawing) {
  const now = held && drawing.innerHTML, before = held && held.get(drawing);
  if (before && before.now === now) return before.copies.map((one) => one.cloneNode(true));
  const copies = [...drawing.children].map((child) => copyOfDrawing(child)).filter(Boolean);
  if (held) held.set(drawing, { now, copies: copies.map((one) => one.cloneNode(true)) });
  return copies;
}

// What an element of the page shows, copied into a group; `at` is the corner of the whole part.
function copy(element, at, into) {
  if (element.localName === "svg") {
    const box = element.getBoundingClientRect();
    const view = element.getAttribute("viewBox") || `0 0 ${element.getAttribute("width")} ${element.getAttribute("height")}`;
    const inner = made("svg", { x: box.left - at.x, y: box.top - at.y, width: box.width, height: box.height, viewBox: view });
    if (getComputedStyle(element).overflow === "visible") inner.setAttribute("overflow", "visible");
    inner.append(...insideOf(element));
    into.append(inner);
    return;
  }
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden" || element.matches(".ds-hidden, button, select, input, textarea, dialog, [data-picture=none]")) return;
  boxOf(element, style, at, into);
  let inside = into;
  if (style.opacity !== "1" || style.overflowX !== "visible") {
    inside = made("g", style.opacity === "1" ? {} : { opacity: style.opacity });
    if (style.overflowX !== "visible") {
      const box = element.getBoundingClientRect(), clip = made("clipPath", { id: `clip${(counted += 1)}` });
      clip.append(made("rect", { x: box.left - at.x, y: box.top - at.y, width: box.width, height: box.height }));
      into.append(clip);
      inside.setAttribute("clip-path", `url(#${clip.id})`);
    }
    into.append(inside);
  }
  for (const child of element.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) write(child, style, at, inside);
    else if (child.nodeType === Node.ELEMENT_NODE) copy(child, at, inside);
  }
}

// 2. Sheets -----------------------------------------------------------------------------------------------------------

const EDGE = 16, GAP = 20, TITLE = 18, SMALL = 11;

function shownParts(what) {
  const kinds = what === "all" ? Object.values(PARTS) : [PARTS[what]];
  return kinds.flatMap((kind) => [...document.querySelectorAll(kind)]).filter((part) => part.getClientRects().length);
}

function sizes(parts) {
  return parts.map((part) => part.getBoundingClientRect()).map(({ width, height }) => ({ width, height }));
}

function wrapped(text, size, width, weight) {
  pen.font = `${weight} ${size}px ${FONT}`;
  const found = [""];
  for (const word of text.split(/\s+/)) {
    const longer = `${found[found.length - 1]} ${word}`.trim();
    if (pen.measureText(longer).width > width && found[found.length - 1]) found.push(word);
    else found[found.length - 1] = longer;
  }
  return found;
}

// Where each part stands: beside the last one where there is room, else below.
function places(boxes, says) {
  const inner = Math.max(280, ...boxes.map((box) => box.width));
  const title = wrapped(says.title, TITLE, inner, 700), notice = wrapped(says.notice, SMALL, inner, 400);
  let [x, y, deep] = [0, EDGE + title.length * TITLE * 1.3 + 8, 0];
  const found = boxes.map((box) => {
    if (x && x + box.width > inner + 1) [x, y, deep] = [0, y + deep + GAP, 0];
    const place = { x: EDGE + x, y };
    [x, deep] = [x + box.width + GAP, Math.max(deep, box.height)];
    return place;
  });
  const foot = y + deep + GAP;
  return { found, title, notice, foot, width: Math.ceil(inner + 2 * EDGE), height: Math.ceil(foot + notice.length * SMALL * 1.4 + EDGE) };
}

// The page as it is in the light, for as long as something is read off it: no frame is painted meanwhile.
function inTheLight(read) {
  const dark = [...document.querySelectorAll(".theme--dark")];
  const turn = (from, to) => dark.forEach((one) => one.classList.replace(from, to));
  turn("theme--dark", "theme--light");
  try {
    return read();
  } finally {
    turn("theme--light", "theme--dark");
  }
}

// What a part says to those who do not see it.
function toldOf(part) {
  const drawing = part.querySelector("svg[aria-label]");
  return drawing ? drawing.getAttribute("aria-label") : "";
}

// A sheet as the text of an SVG: {svg, width, height}. `given` is where its parts stand, if that is settled.
function sheet(what, says, isWhite, given) {
  const draw = () => {
    counted = 0;
    const parts = shownParts(what), at = given || places(sizes(parts), says);
    const page = document.querySelector(".ds-app"), look = getComputedStyle(page);
    const [paper, ink, quiet] = ["--ds-page", "--ds-ink", "--ds-quiet"].map((name) => look.getPropertyValue(name).trim());
    const { width, height } = at;
    const root = made("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "font-family": FONT });
    root.append(made("title", {}, says.title), made("desc", {}, [says.notice, ...parts.map(toldOf)].join(" ").trim()));
    root.append(made("rect", { width, height, fill: paper }));
    at.title.forEach((line, k) => root.append(made("text", { x: EDGE, y: EDGE + TITLE + k * TITLE * 1.3, "font-size": TITLE, "font-weight": 700, fill: ink }, line)));
    parts.forEach((part, k) => {
      const box = part.getBoundingClientRect(), place = at.found[k], group = made("g");
      if (place) copy(part, { x: box.left - place.x, y: box.top - place.y }, group);
      root.append(group);
    });
    at.notice.forEach((line, k) => root.append(made("text", { x: EDGE, y: at.foot + SMALL + k * SMALL * 1.4, "font-size": SMALL, fill: quiet }, line)));
    return { svg: new XMLSerializer().serializeToString(root), width, height };
  };
  return isWhite ? inTheLight(draw) : draw();
}

// 3. Files ------------------------------------------------------------------------------------------------------------

async function imageOf(drawn) {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([drawn.svg], { type: "image/svg+xml" }));
  try {
    image.src = address;
    await image.decode();
  } finally {
    URL.revokeObjectURL(address);
  }
  return image;
}

function canvasFor(drawn, width) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, Math.round((drawn.height * width) / drawn.width)];
  return canvas;
}

function put(canvas, image) {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return context;
}

// The sheet at the playhead as a file: `svg`, or `png` at twice its size.
export async function picture(kind, what, says, isWhite) {
  const drawn = sheet(what, says, isWhite);
  if (kind === "svg") return new Blob([`<?xml version="1.0" encoding="UTF-8"?>\n${drawn.svg}`], { type: "image/svg+xml" });
  const canvas = canvasFor(drawn, 2 * drawn.width);
  put(canvas, await imageOf(drawn));
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

// 4. Films ------------------------------------------------------------------------------------------------------------

const FILMS = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm", "video/mp4"];
const RATE = { gif: 5, webm: 10 }; // frames a second

// How this browser records a film, if it does.
export function filmKind() {
  const records = window.MediaRecorder && HTMLCanvasElement.prototype.captureStream;
  return (records && FILMS.find((kind) => MediaRecorder.isTypeSupported(kind))) || "";
}

const pause = (wait) => new Promise((done) => setTimeout(done, wait));

// Frames at these seconds of the session: each is drawn by the page itself, whose playhead is put there.
async function* frames(times, clock, asked) {
  const { what, says, isWhite, width, stopped } = asked;
  const moved = async (time) => {
    clock.seek(time);
    await pause(0); // the page draws what follows the playhead
  };
  // The tallest that each part becomes, so that nothing jumps.
  const boxes = [];
  for (const second of new Set(times.map(Math.floor))) {
    if (stopped()) return;
    await moved(second);
    sizes(shownParts(what)).forEach((box, k) => {
      boxes[k] = { width: Math.max(box.width, boxes[k] ? boxes[k].width : 0), height: Math.max(box.height, boxes[k] ? boxes[k].height : 0) };
    });
  }
  const at = places(boxes, { ...says, title: says.title(times[times.length - 1]) });
  let canvas = null;
  for (const time of times) {
    if (stopped()) return;
    await moved(time);
    const drawn = sheet(what, { ...says, title: says.title(time) }, isWhite, { ...at, title: wrapped(says.title(time), TITLE, at.width - 2 * EDGE, 700) });
    canvas = canvas || canvasFor(drawn, 2 * Math.round(width / 2));
    put(canvas, await imageOf(drawn));
    yield canvas;
  }
}

// A film of the session from a second to another: {from, until, speed, width, what, says, isWhite, step, stopped}.
// `step` is told how far it is, `stopped` asks whether to go on. Gives nothing where it was stopped.
export async function film(kind, clock, asked, gifAddress) {
  const count = Math.max(2, Math.round(((asked.until - asked.from) / asked.speed) * RATE[kind]));
  const times = Array.from({ length: count }, (_, k) => asked.from + ((asked.until - asked.from) * k) / count);
  const before = { time: clock.time, playing: clock.playing, stop: clock.stop };
  clock.pause();
  held = new Map();
  try {
    return await (kind === "gif" ? gif(times, clock, asked, gifAddress) : recorded(times, clock, asked));
  } finally {
    held = null;
    clock.seek(before.time);
    if (before.playing) clock.play(before.stop);
  }
}

async function gif(times, clock, asked, address) {
  const { GIFEncoder, quantize, applyPalette } = await import(address);
  const palette = await coloursOf(times, clock, asked, quantize);
  if (!palette) return null;
  const file = GIFEncoder(), same = palette.length; // the number of the colour that leaves a dot as it was
  palette.push([0, 0, 0]);
  const colours = palette.slice(0, same), delay = 1000 / RATE.gif;
  let last = null, done = 0;
  for await (const canvas of frames(times, clock, asked)) {
    const { width, height } = canvas;
    const dots = applyPalette(canvas.getContext("2d").getImageData(0, 0, width, height).data, colours);
    const told = last ? dots.map((dot, k) => (dot === last[k] ? same : dot)) : dots;
    file.writeFrame(told, width, height, last ? { delay, dispose: 1, transparent: true, transparentIndex: same } : { palette, delay, dispose: 1 });
    last = dots;
    asked.step((done += 1) / times.length);
  }
  if (asked.stopped()) return null;
  file.finish();
  return new Blob([file.bytesView()], { type: "image/gif" });
}

// At most 255 colours for the whole film, taken from some of its frames.
async function coloursOf(times, clock, asked, quantize) {
  const some = [...new Set([0, 0.25, 0.5, 0.75, 1].map((share) => times[Math.round(share * (times.length - 1))]))];
  const found = [];
  for await (const canvas of frames(some, clock, asked)) {
    found.push(...quantize(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, 255));
  }
  if (asked.stopped() || !found.length) return null;
  const distinct = [...new Map(found.map((one) => [one.join(), one])).values()];
  return distinct.length <= 255 ? distinct : quantize(new Uint8Array(distinct.flatMap(([r, g, b]) => [r, g, b, 255])), 255);
}

// A recorder takes the time that the film lasts: frames are given to it as they are due.
async function recorded(times, clock, asked) {
  let recorder = null, started = 0, done = 0;
  const parts = [];
  for await (const canvas of frames(times, clock, asked)) {
    if (!recorder) {
      const stream = canvas.captureStream(RATE.webm);
      recorder = new MediaRecorder(stream, { mimeType: filmKind(), videoBitsPerSecond: 2500000 });
      recorder.ondataavailable = (given) => parts.push(given.data);
      recorder.start();
      started = performance.now();
    }
    done += 1;
    await pause(Math.max(0, started + (done * 1000) / RATE.webm - performance.now()));
    asked.step(done / times.length);
  }
  if (!recorder) return null;
  const ended = new Promise((end) => { recorder.onstop = end; });
  recorder.stop();
  await ended;
  return asked.stopped() ? null : new Blob(parts, { type: recorder.mimeType });
}
