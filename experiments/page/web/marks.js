// Colours, scales, marks and legends of the figures.

const COLOUR = {
  base: "#5c5c5c",
  A: "#0072b2",
  B: "#b34700",
  limit: "#00724f",
  ink: "#1b1f24",
  soft: "#55606b",
  grid: "#dfe3e8",
  survey: "#1b1f24",
  target: "#8a3a7c",
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
  // What lies a hair below an end, too little to be seen, opens no further step.
  return [Math.floor(low / step + 0.02) * step, Math.ceil(high / step - 1e-9) * step];
}

/** Return how many decimals keep two neighbouring ticks apart, at least one. */
function decimalsOf(step) {
  return Math.max(1, Math.ceil(-Math.log10(step) - 1e-9));
}

function swatch(layer, x, y) {
  const parts = [];
  if (layer.band) {
    parts.push(
      draw("rect", {
        x,
        y: y - 9,
        width: 22,
        height: 11,
        fill: layer.colour,
        "fill-opacity": layer.opacity,
      })
    );
  }
  if (layer.line) {
    parts.push(
      draw("line", {
        x1: x,
        x2: x + 22,
        y1: y - 4,
        y2: y - 4,
        stroke: layer.colour,
        "stroke-width": 2.4,
        "stroke-dasharray": layer.dash,
      })
    );
  }
  if (layer.points) parts.push(...mark(layer, x + 11, y - 4));
  return parts;
}

function mark(layer, x, y) {
  const look = {
    fill: layer.open ? "#ffffff" : layer.colour,
    stroke: layer.colour,
    "stroke-width": 1.8,
  };
  if (layer.shape === "diamond") {
    return [draw("path", { d: `M${x},${y - 6}l6,6l-6,6l-6,-6z`, ...look })];
  }
  if (layer.shape === "square")
    return [draw("rect", { x: x - 4.5, y: y - 4.5, width: 9, height: 9, ...look })];
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
      parts.push(
        draw("text", { x: x + 28, y: y + 16 * row, fill: COLOUR.ink, "font-size": 12.5 }, line)
      );
    });
    y += 16 * (lines.length - 1);
    x = lines.length > 1 ? width : x + size + 14;
  }
  return { parts, height: parts.length > 0 ? y - top + 10 : 0 };
}
