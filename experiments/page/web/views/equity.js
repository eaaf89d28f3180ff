// View 5: who is left out, from the agents, where a file holds their results.

const equityView = {
  id: "equity",
  mount(root, app) {
    const { t, title } = app.words;
    const { equity } = app.data;
    if (!equity) {
      put(
        root,
        make("p", { class: "notice" }, t("equity.missing")),
        make("p", null, t("equity.missing_why"))
      );
      return {};
    }
    const chosen = { strategy: equity.strategies[0].id, measure: Object.keys(equity.measures)[0] };
    const holder = make("div");
    const choice = (key, label, options) =>
      make(
        "label",
        { class: "field" },
        t(label),
        " ",
        make(
          "select",
          {
            onchange: (event) => {
              chosen[key] = event.target.value;
              show();
            },
          },
          options.map(([value, text]) => make("option", { value }, text))
        )
      );
    const show = () => put(holder, equityBox(app, chosen), equityGroups(app, chosen));
    put(
      root,
      make(
        "div",
        { class: "fields" },
        choice(
          "strategy",
          "equity.strategy",
          equity.strategies.map((row) => [row.id, title(row.title)])
        ),
        choice(
          "measure",
          "equity.measure",
          Object.keys(equity.measures).map((name) => [name, t(`equity.measure_${name}`)])
        )
      ),
      holder
    );
    show();
    return {};
  },
};

// Light to dark, of one hue; the figure stands in every tile as well.
const TILE = ["#eef4fa", "#c6dbef", "#85bcdb", "#3787c0", "#0d4a90"];

function equityBox(app, chosen) {
  const { t, number } = app.words;
  const { areas, measures } = app.data.equity;
  const found = measures[chosen.measure][chosen.strategy];
  const values = areas.map((area) => found[area.id].median);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const caption = t("equity.figure", { measure: t(`equity.measure_${chosen.measure}`) });
  const box = figureBox(app, {
    name: "kecamatan",
    caption,
    chart: (width) => tileMap(app, { areas, found, low, high, caption }, Math.min(width, 560)),
    table: () => ({
      head: ["area", "median", "interval"].map((key) => t(`equity.column_${key}`)),
      rows: areas.map((area) => {
        const item = found[area.id];
        return [
          area.name,
          { value: number(100 * item.median), raw: 100 * item.median },
          app.words.span(100 * item.low90, 100 * item.high90),
        ];
      }),
    }),
  });
  requestAnimationFrame(box.refresh);
  return box.box;
}

function tileMap(app, { areas, found, low, high, caption }, width) {
  const columns = Math.max(...areas.map((area) => area.col)) + 1;
  const rows = Math.max(...areas.map((area) => area.row)) + 1;
  const size = Math.floor(width / columns);
  const root = draw("svg", {
    viewBox: `0 0 ${size * columns} ${size * rows}`,
    width: size * columns,
    height: size * rows,
    role: "img",
    class: "chart",
    "aria-label": `${caption}. ${app.words.t("equity.summary", { low: app.words.number(100 * low), high: app.words.number(100 * high) })}`,
    "font-family": "system-ui, sans-serif",
  });
  for (const area of areas) {
    const item = found[area.id];
    const step = Math.round(((item.median - low) / (high - low || 1)) * (TILE.length - 1));
    const ink = step > 2 ? "#ffffff" : COLOUR.ink;
    const [x, y] = [area.col * size, area.row * size];
    const text = (content, dy, font) =>
      draw(
        "text",
        {
          x: x + size / 2,
          y: y + size / 2 + dy,
          "text-anchor": "middle",
          fill: ink,
          "font-size": font,
        },
        content
      );
    root.append(
      draw("rect", {
        x: x + 2,
        y: y + 2,
        width: size - 4,
        height: size - 4,
        rx: 4,
        fill: TILE[step],
        stroke: "#8a939c",
      }),
      text(area.name, -8, Math.max(9, Math.min(13, (1.7 * size) / area.name.length))),
      text(app.words.number(100 * item.median), 12, 14),
      text(
        app.words.span(100 * item.low90, 100 * item.high90),
        27,
        Math.max(8, Math.min(11, size / 9))
      )
    );
  }
  return root;
}

function equityGroups(app, chosen) {
  const { t, number, span, title } = app.words;
  const { groups, measures } = app.data.equity;
  const found = measures[chosen.measure][chosen.strategy];
  const rows = groups
    .filter((group) => found[group.id])
    .map((group) => {
      const item = found[group.id];
      return [
        title(group.title),
        number(100 * item.median),
        span(100 * item.low90, 100 * item.high90),
      ];
    });
  return rows.length > 0
    ? makeTable(
        t("equity.groups"),
        ["group", "median", "interval"].map((key) => t(`equity.column_${key}`)),
        rows
      )
    : null;
}
