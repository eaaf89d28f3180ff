// Figures as SVG, drawn with the line, area and tick functions of D3.

function frameOf(figure, width, plotHeight) {
  const label = linesOf(figure.yLabel, Math.floor((width - 8) / LETTER));
  const top = MARGIN.top + 16 * label.length;
  const inner = {
    left: MARGIN.left,
    right: width - MARGIN.right,
    top,
    bottom: top + plotHeight,
  };
  const legend = legendOf(figure.layers, width, inner.bottom + MARGIN.bottom);
  const height = inner.bottom + MARGIN.bottom + legend.height;
  const root = draw("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    class: "chart",
    "aria-label": `${figure.title}. ${figure.summary}`,
    "font-family": "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
  });
  label.forEach((line, row) => {
    const place = { x: 4, y: 14 + 16 * row, fill: COLOUR.soft, "font-size": 12.5 };
    root.append(draw("text", place, line));
  });
  root.append(...legend.parts);
  return { root, inner };
}

function axes(root, inner, figure, x, y) {
  const step = d3.tickStep(...figure.yDomain, 5);
  for (const value of d3.ticks(...figure.yDomain, 5)) {
    root.append(
      draw("line", {
        x1: inner.left,
        x2: inner.right,
        y1: y(value),
        y2: y(value),
        stroke: COLOUR.grid,
      })
    );
    root.append(
      draw(
        "text",
        {
          x: inner.left - 6,
          y: y(value) + 4,
          "text-anchor": "end",
          fill: COLOUR.soft,
          "font-size": 12,
        },
        figure.yText(value, step)
      )
    );
  }
  const most = Math.max(2, Math.floor((inner.right - inner.left) / 52));
  const ticks = figure.xTicks ?? d3.ticks(...figure.xDomain, most).filter(Number.isInteger);
  for (const value of ticks) {
    root.append(
      draw("line", {
        x1: x(value),
        x2: x(value),
        y1: inner.bottom,
        y2: inner.bottom + 4,
        stroke: COLOUR.soft,
      })
    );
    root.append(
      draw(
        "text",
        {
          x: Math.min(x(value), inner.right + 4),
          y: inner.bottom + 19,
          "text-anchor": "middle",
          fill: COLOUR.soft,
          "font-size": 12,
        },
        figure.xText(value)
      )
    );
  }
  root.append(
    draw("line", {
      x1: inner.left,
      x2: inner.right,
      y1: inner.bottom,
      y2: inner.bottom,
      stroke: COLOUR.soft,
    })
  );
}

function layerParts(layer, x, y, inner) {
  const parts = [];
  if (layer.band) {
    const area = d3
      .area()
      .x((_, k) => x(layer.times[k]))
      .y0((_, k) => y(layer.low[k]))
      .y1((_, k) => y(layer.high[k]));
    parts.push(
      draw("path", { d: area(layer.low), fill: layer.colour, "fill-opacity": layer.opacity })
    );
  }
  if (layer.line && layer.values) {
    const line = d3
      .line()
      .x((_, k) => x(layer.times[k]))
      .y((value) => y(value));
    parts.push(
      draw("path", {
        d: line(layer.values),
        fill: "none",
        stroke: layer.colour,
        "stroke-width": layer.width ?? 2.4,
        "stroke-dasharray": layer.dash,
        "stroke-linejoin": "round",
      })
    );
  }
  for (const item of layer.points ?? []) {
    if (item.low !== undefined && item.low !== null) {
      parts.push(
        draw("line", {
          x1: x(item.x),
          x2: x(item.x),
          y1: y(item.low),
          y2: y(item.high),
          stroke: layer.colour,
          "stroke-width": layer.shape === "none" ? 6 : 1.8,
        })
      );
    }
    if (item.y !== null) parts.push(...mark(layer, x(item.x), y(item.y)));
  }
  if (layer.at !== undefined) {
    parts.push(
      draw("line", {
        x1: x(layer.at),
        x2: x(layer.at),
        y1: inner.top,
        y2: inner.bottom,
        stroke: layer.colour,
        "stroke-dasharray": "3 3",
      })
    );
    parts.push(
      draw(
        "text",
        { x: x(layer.at) + 4, y: inner.top + 10, fill: COLOUR.soft, "font-size": 12 },
        layer.text
      )
    );
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
  const wrapped = figure.rows.map((row) =>
    linesOf(row.label, Math.floor((labels || width - 16) / LETTER))
  );
  const step = beside ? 34 : 34 + 16 * Math.max(...wrapped.map((lines) => lines.length));
  const { root, inner } = frameOf(
    { ...figure, layers: figure.layers ?? [] },
    width,
    step * figure.rows.length + 6
  );
  const x = rescale(figure.xDomain, [8 + labels, inner.right - 58]);
  const most = Math.max(2, Math.floor((width - labels) / 90));
  const between = d3.tickStep(...figure.xDomain, most);
  for (const value of d3.ticks(...figure.xDomain, most)) {
    const zero = Math.abs(value) < 1e-12;
    root.append(
      draw("line", {
        x1: x(value),
        x2: x(value),
        y1: inner.top,
        y2: inner.bottom,
        stroke: zero ? COLOUR.soft : COLOUR.grid,
      })
    );
    root.append(
      draw(
        "text",
        {
          x: x(value),
          y: inner.bottom + 18,
          "text-anchor": "middle",
          fill: COLOUR.soft,
          "font-size": 12,
        },
        figure.xText(value, between)
      )
    );
  }
  figure.rows.forEach((row, index) => {
    const top = inner.top + step * index;
    const lines = wrapped[index];
    const middle = beside ? top + step / 2 : top + 16 * lines.length + 14;
    const first = beside ? middle + 4 - 8 * (lines.length - 1) : top + 14;
    lines.forEach((line, place) => {
      root.append(
        draw("text", { x: 4, y: first + 16 * place, fill: COLOUR.ink, "font-size": 12.5 }, line)
      );
    });
    root.append(...intervalParts(row, x, middle));
    root.append(
      draw(
        "text",
        { x: width - 4, y: middle + 4, "text-anchor": "end", fill: COLOUR.ink, "font-size": 12.5 },
        row.end ?? ""
      )
    );
  });
  return root;
}

function intervalParts(row, x, y) {
  const { median, mean, low80, high80, low90, high90 } = row.interval;
  const bar = (low, high, height, opacity) =>
    draw("rect", {
      x: x(low),
      y: y - height / 2,
      width: Math.max(0.5, x(high) - x(low)),
      height,
      fill: row.colour,
      "fill-opacity": opacity,
    });
  const parts = [bar(low90, high90, 10, 0.35)];
  if (low80 !== undefined) parts.push(bar(low80, high80, 16, 0.45));
  if (median !== undefined)
    parts.push(
      draw("line", {
        x1: x(median),
        x2: x(median),
        y1: y - 11,
        y2: y + 11,
        stroke: COLOUR.ink,
        "stroke-width": 2.6,
      })
    );
  if (mean !== undefined)
    parts.push(
      draw("path", {
        d: `M${x(mean)},${y - 5}l5,5l-5,5l-5,-5z`,
        fill: "#ffffff",
        stroke: COLOUR.ink,
        "stroke-width": 1.6,
      })
    );
  for (const end of row.ends ?? [])
    parts.push(...mark({ ...end, colour: row.colour, shape: "square" }, x(end.at), y));
  return parts;
}
