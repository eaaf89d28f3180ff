// Figures as SVG, drawn with the line, area and tick functions of D3.

const COLOUR = {
  base: "#5c5c5c", A: "#0072b2", B: "#b34700", limit: "#00724f", ink: "#1b1f24", soft: "#55606b",
  grid: "#dfe3e8", survey: "#1b1f24", target: "#8a3a7c",
};
const DASH = { base: "6 4", A: null, B: "10 4 2 4", limit: "2 4", target: "3 3" };
const LETTER = 6.7;
const MARGIN = { left: 46, right: 20, top: 12, bottom: 30 };

function rescale([first, last], [from, to]) {
  const slope = (to - from) / (last - first || 1);
  return (value) => from + (value - first) * slope;
}

/** Return ends that hold all values, at round numbers. */
function roundEnds(values, least = 0) {
  const kept = values.filter(Number.isFinite);
  const low = Math.min(least, ...kept);
  const high = Math.max(least + 1e-9, ...kept);
  const step = d3.tickStep(low, high, 6);
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

function swatch(layer, x, y) {
  const parts = [];
  if (layer.band) {
    parts.push(draw("rect", { x, y: y - 9, width: 22, height: 11, fill: layer.colour, "fill-opacity": layer.opacity }));
  }
  if (layer.line) {
    parts.push(draw("line", { x1: x, x2: x + 22, y1: y - 4, y2: y - 4, stroke: layer.colour,
      "stroke-width": 2.4, "stroke-dasharray": layer.dash }));
  }
  if (layer.points) parts.push(...mark(layer, x + 11, y - 4));
  return parts;
}

function mark(layer, x, y) {
  const look = { fill: layer.open ? "#ffffff" : layer.colour, stroke: layer.colour, "stroke-width": 1.8 };
  if (layer.shape === "diamond") {
    return [draw("path", { d: `M${x},${y - 6}l6,6l-6,6l-6,-6z`, ...look })];
  }
  if (layer.shape === "square") return [draw("rect", { x: x - 4.5, y: y - 4.5, width: 9, height: 9, ...look })];
  if (layer.shape === "none") return [];
  return [draw("circle", { cx: x, cy: y, r: 5, ...look })];
}

/** Return the lines of a text, none longer than some letters where a space allows it. */
function linesOf(text, most) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.length - 1;
    if (lines[last] && lines[last].length + word.length + 1 > most) lines.push(word);
    else lines[last] += lines[last] ? ` ${word}` : word;
  }
  return lines;
}

/** Return the rows of a legend and its height. */
function legendOf(layers, width, top) {
  const parts = [];
  let x = 8;
  let y = top + 14;
  for (const layer of layers.filter((item) => item.name)) {
    const lines = linesOf(layer.name, Math.floor((width - 48) / LETTER));
    const size = 30 + Math.max(...lines.map((line) => line.length)) * LETTER;
    if (x > 8 && x + size > width - 4) {
      x = 8;
      y += 19;
    }
    parts.push(...swatch(layer, x, y));
    lines.forEach((line, row) => {
      parts.push(draw("text", { x: x + 28, y: y + 16 * row, fill: COLOUR.ink, "font-size": 12.5 }, line));
    });
    y += 16 * (lines.length - 1);
    x = lines.length > 1 ? width : x + size + 14;
  }
  return { parts, height: parts.length > 0 ? y - top + 10 : 0 };
}

function frameOf(figure, width, plotHeight) {
  const inner = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top + 16, bottom: MARGIN.top + 16 + plotHeight };
  const legend = legendOf(figure.layers, width, inner.bottom + MARGIN.bottom);
  const height = inner.bottom + MARGIN.bottom + legend.height;
  const root = draw("svg", {
    viewBox: `0 0 ${width} ${height}`, width, height, role: "img", class: "chart",
    "aria-label": `${figure.title}. ${figure.summary}`, "font-family": "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
  });
  root.append(draw("text", { x: 4, y: 14, fill: COLOUR.soft, "font-size": 12.5 }, figure.yLabel));
  root.append(...legend.parts);
  return { root, inner };
}

function axes(root, inner, figure, x, y) {
  for (const value of d3.ticks(...figure.yDomain, 5)) {
    root.append(draw("line", { x1: inner.left, x2: inner.right, y1: y(value), y2: y(value), stroke: COLOUR.grid }));
    root.append(draw("text", { x: inner.left - 6, y: y(value) + 4, "text-anchor": "end", fill: COLOUR.soft, "font-size": 12 }, figure.yText(value)));
  }
  const most = Math.max(2, Math.floor((inner.right - inner.left) / 52));
  const ticks = figure.xTicks ?? d3.ticks(...figure.xDomain, most).filter(Number.isInteger);
  for (const value of ticks) {
    root.append(draw("line", { x1: x(value), x2: x(value), y1: inner.bottom, y2: inner.bottom + 4, stroke: COLOUR.soft }));
    root.append(draw("text", { x: Math.min(x(value), inner.right + 4), y: inner.bottom + 19, "text-anchor": "middle", fill: COLOUR.soft, "font-size": 12 }, figure.xText(value)));
  }
  root.append(draw("line", { x1: inner.left, x2: inner.right, y1: inner.bottom, y2: inner.bottom, stroke: COLOUR.soft }));
}

function layerParts(layer, x, y, inner) {
  const parts = [];
  if (layer.band) {
    const area = d3.area().x((_, k) => x(layer.times[k])).y0((_, k) => y(layer.low[k])).y1((_, k) => y(layer.high[k]));
    parts.push(draw("path", { d: area(layer.low), fill: layer.colour, "fill-opacity": layer.opacity }));
  }
  if (layer.line && layer.values) {
    const line = d3.line().x((_, k) => x(layer.times[k])).y((value) => y(value));
    parts.push(draw("path", { d: line(layer.values), fill: "none", stroke: layer.colour, "stroke-width": layer.width ?? 2.4,
      "stroke-dasharray": layer.dash, "stroke-linejoin": "round" }));
  }
  for (const item of layer.points ?? []) {
    if (item.low !== undefined && item.low !== null) {
      parts.push(draw("line", { x1: x(item.x), x2: x(item.x), y1: y(item.low), y2: y(item.high), stroke: layer.colour, "stroke-width": layer.shape === "none" ? 6 : 1.8 }));
    }
    if (item.y !== null) parts.push(...mark(layer, x(item.x), y(item.y)));
  }
  if (layer.at !== undefined) {
    parts.push(draw("line", { x1: x(layer.at), x2: x(layer.at), y1: inner.top, y2: inner.bottom, stroke: layer.colour, "stroke-dasharray": "3 3" }));
    parts.push(draw("text", { x: x(layer.at) + 4, y: inner.top + 10, fill: COLOUR.soft, "font-size": 12 }, layer.text));
  }
  return parts;
}

/**
 * Return a figure over time.
 *
 * figure: {title, summary, yLabel, xDomain, yDomain, xText, yText, xTicks?, layers}; a layer has some of
 * band (times, low, high, opacity), line (times, values, dash), points ([{x, y, low, high}], shape) and
 * at (a vertical line with a text), a colour, and a name where the legend shows it.
 */
function timeChart(figure, width) {
  const height = Math.max(190, Math.min(360, width * 0.46));
  const { root, inner } = frameOf(figure, width, height);
  const x = rescale(figure.xDomain, [inner.left, inner.right]);
  const y = rescale(figure.yDomain, [inner.bottom, inner.top]);
  axes(root, inner, figure, x, y);
  for (const layer of figure.layers) root.append(...layerParts(layer, x, y, inner));
  return root;
}

/**
 * Return intervals side by side: bands of 90 and 80 percent, a stroke at the median, a diamond at the mean.
 *
 * figure: {title, summary, yLabel, xDomain, xText, rows, layers}; a row has {label, interval, colour, end},
 * and ends ([{at, open}]) where two ends are marked.
 */
function intervalChart(figure, width) {
  const beside = width > 620;
  const longest = Math.max(...figure.rows.map((row) => row.label.length)) * LETTER + 14;
  const labels = beside ? Math.min(longest, 0.4 * width) : 0;
  const wrapped = figure.rows.map((row) => linesOf(row.label, Math.floor(((labels || width - 16)) / LETTER)));
  const step = beside ? 34 : 34 + 16 * Math.max(...wrapped.map((lines) => lines.length));
  const { root, inner } = frameOf({ ...figure, layers: figure.layers ?? [] }, width, step * figure.rows.length + 6);
  const x = rescale(figure.xDomain, [8 + labels, inner.right - 58]);
  for (const value of d3.ticks(...figure.xDomain, Math.max(2, Math.floor((width - labels) / 90)))) {
    const zero = Math.abs(value) < 1e-12;
    root.append(draw("line", { x1: x(value), x2: x(value), y1: inner.top, y2: inner.bottom, stroke: zero ? COLOUR.soft : COLOUR.grid }));
    root.append(draw("text", { x: x(value), y: inner.bottom + 18, "text-anchor": "middle", fill: COLOUR.soft, "font-size": 12 }, figure.xText(value)));
  }
  figure.rows.forEach((row, index) => {
    const top = inner.top + step * index;
    const lines = wrapped[index];
    const middle = beside ? top + step / 2 : top + 16 * lines.length + 14;
    const first = beside ? middle + 4 - 8 * (lines.length - 1) : top + 14;
    lines.forEach((line, place) => {
      root.append(draw("text", { x: 4, y: first + 16 * place, fill: COLOUR.ink, "font-size": 12.5 }, line));
    });
    root.append(...intervalParts(row, x, middle));
    root.append(draw("text", { x: width - 4, y: middle + 4, "text-anchor": "end", fill: COLOUR.ink, "font-size": 12.5 }, row.end ?? ""));
  });
  return root;
}

function intervalParts(row, x, y) {
  const { median, mean, low80, high80, low90, high90 } = row.interval;
  const bar = (low, high, height, opacity) => draw("rect", { x: x(low), y: y - height / 2, width: Math.max(0.5, x(high) - x(low)), height, fill: row.colour, "fill-opacity": opacity });
  const parts = [bar(low90, high90, 10, 0.35)];
  if (low80 !== undefined) parts.push(bar(low80, high80, 16, 0.45));
  if (median !== undefined) parts.push(draw("line", { x1: x(median), x2: x(median), y1: y - 11, y2: y + 11, stroke: COLOUR.ink, "stroke-width": 2.6 }));
  if (mean !== undefined) parts.push(draw("path", { d: `M${x(mean)},${y - 5}l5,5l-5,5l-5,-5z`, fill: "#ffffff", stroke: COLOUR.ink, "stroke-width": 1.6 }));
  for (const end of row.ends ?? []) parts.push(...mark({ ...end, colour: row.colour, shape: "square" }, x(end.at), y));
  return parts;
}

/** Return an SVG as a document of its own. */
function svgText(root) {
  const copy = root.cloneNode(true);
  copy.setAttribute("xmlns", SVG);
  copy.prepend(draw("rect", { width: "100%", height: "100%", fill: "#ffffff" }));
  return `${new XMLSerializer().serializeToString(copy)}\n`;
}

/** Return an SVG as a PNG of twice its size. */
async function pngOf(root) {
  const size = root.viewBox.baseVal;
  const address = URL.createObjectURL(new Blob([svgText(root)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = make("canvas", { width: 2 * size.width, height: 2 * size.height });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}

const REDRAW = new WeakMap();
const PAPER_WIDTH = 660;

/** Draw every figure for the width of a sheet of paper, so that its letters are as large as the text. */
function drawForPaper() {
  for (const holder of document.querySelectorAll(".drawing")) REDRAW.get(holder)?.(PAPER_WIDTH);
}

/** Draw every figure for the screen again. */
function drawForScreen() {
  for (const holder of document.querySelectorAll(".drawing")) REDRAW.get(holder)?.();
}

/**
 * Return a figure with its caption, downloads and table.
 *
 * about: {name, chart(width) or null, table() -> {head, rows}, caption}; call refresh() after the numbers moved.
 */
function figureBox(app, about) {
  const { t } = app.words;
  const holder = make("div", { class: "drawing" });
  const tableHolder = make("div");
  const caption = make("figcaption", null, about.caption);
  const data = () => about.table();
  const current = () => holder.querySelector("svg");
  const tool = (key, act) => make("button", { type: "button", class: "tool", onclick: act, "aria-label": `${t(key)}: ${about.caption}` }, t(key));
  const showTable = () => {
    const { head, rows } = data();
    put(tableHolder, makeTable(about.caption, head, rows));
  };
  const details = make("details", { ontoggle: () => { if (details.open) showTable(); } },
    make("summary", null, t("common.table"), make("span", { class: "hidden" }, `: ${about.caption}`)), tableHolder);
  const box = make("figure", { class: "figure" }, caption, holder,
    make("div", { class: "tools" },
      tool("common.csv", () => offer(`${about.name}.csv`, csvBlob(data()))),
      tool("common.png", async () => offer(`${about.name}.png`, await pngOf(current()))),
      tool("common.svg", () => offer(`${about.name}.svg`, new Blob([svgText(current())], { type: "image/svg+xml" })))),
    details);
  let seen = 0;
  const refresh = (given) => {
    const width = given ?? Math.round(Math.max(300, holder.clientWidth || 640));
    seen = width;
    put(holder, about.chart(width));
    if (details.open) showTable();
  };
  REDRAW.set(holder, refresh);
  const watcher = new ResizeObserver(() => {
    // A figure that has left the page draws no more: its numbers may be gone.
    if (!holder.isConnected) watcher.disconnect();
    else if (Math.abs(Math.round(Math.max(300, holder.clientWidth || 640)) - seen) > 4) refresh();
  });
  watcher.observe(holder);
  return { box, refresh, setCaption: (text) => put(caption, text) };
}

function csvBlob({ head, rows }) {
  const plain = (cell) => (cell instanceof Node ? cell.textContent : cell?.raw ?? cell?.value ?? cell);
  return new Blob(["\ufeff", toCsv([head, ...rows].map((row) => row.map(plain)))], { type: "text/csv" });
}
