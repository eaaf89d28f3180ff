// View 5: who is left out, from the agents, where the file holds their results.

// Light to dark, of one hue; the number stands in every tile as well.
const TILE = ["#eef4fa", "#c6dbef", "#85bcdb", "#2171a8", "#0d4a90"];
const WHITE_FROM = 3;
const WIDEST_MAP = 560;
const NOBODY = "no_extra_action";
const LEFT_OUT = "no_service";

const equityView = {
  id: "equity",
  mount(root, app) {
    const { t, title, number } = app.words;
    const { equity } = app.data;
    if (!equity) {
      put(
        root,
        make("p", { class: "notice" }, t(app.data.own ? "equity.missing_own" : "equity.missing")),
        make("p", null, t("equity.missing_why"))
      );
      return {};
    }
    const chosen = { strategy: NOBODY, measure: LEFT_OUT };
    const holder = make("div");
    const show = () => showEquity(app, chosen, holder);
    const choice = (key, options) =>
      make(
        "label",
        { class: "field" },
        t(`equity.${key}`),
        " ",
        make(
          "select",
          {
            onchange: (event) => {
              chosen[key] = event.target.value;
              show();
            },
          },
          options.map(([value, text]) =>
            make("option", { value, selected: value === chosen[key] }, text)
          )
        )
      );
    put(
      root,
      make(
        "div",
        { class: "fields" },
        choice(
          "measure",
          Object.keys(equity.measures).map((name) => [name, t(`equity.measure_${name}`)])
        ),
        choice(
          "strategy",
          equity.strategies.map((row) => [row.id, title(row.title)])
        )
      ),
      holder,
      make(
        "ul",
        { class: "soft" },
        ["kecamatan", "paired", "judged"].map((key) => make("li", null, t(`equity.note_${key}`)))
      ),
      make(
        "p",
        { class: "soft" },
        t("equity.made", { draws: number(equity.draws, 0), until: app.words.month(equity.until) })
      )
    );
    show();
    return {};
  },
};

function showEquity(app, chosen, holder) {
  const { equity } = app.data;
  const groupings = Object.keys(equity.groups).map((name) => groupCard(app, chosen, name));
  put(
    holder,
    sentenceOf(app, chosen),
    strategiesCard(app, chosen),
    equity.areas.length > 0 ? mapBox(app, chosen) : null,
    groupings
  );
}

/** Return the number of a group: median and both ends; nothing where there is none. */
function levelOf(app, { measure, strategy }, group) {
  return app.data.equity.measures[measure][strategy]?.[group] ?? null;
}

function changeOf(app, { measure, strategy }, group) {
  return app.data.equity.changes[measure][strategy]?.[group] ?? null;
}

function tripleText(app, triple) {
  const { t, number, range } = app.words;
  if (triple === null) return t("common.none");
  const [median, low90, high90] = triple;
  return range({ median, low90, high90 }, 1);
}

/** Say whether a change shows a difference: its range leaves zero out. */
function shownText(app, triple) {
  const { t } = app.words;
  if (triple === null) return t("common.none");
  return t(triple[1] <= 0 && triple[2] >= 0 ? "equity.no_difference" : "equity.difference");
}

function sentenceOf(app, chosen) {
  const { t, title } = app.words;
  const strategy = app.data.equity.strategies.find((row) => row.id === chosen.strategy);
  return make(
    "p",
    { class: "verdict" },
    t("equity.sentence", {
      strategy: title(strategy.title),
      measure: t(`equity.measure_${chosen.measure}`),
      level: tripleText(app, levelOf(app, chosen, "district")),
    })
  );
}

/** Return the rows of a table of groups: level, change, and whether that is a difference. */
function groupRows(app, chosen, groups) {
  return groups.map(([id, name]) => {
    const level = levelOf(app, chosen, id);
    const change = changeOf(app, chosen, id);
    return [
      name,
      { value: tripleText(app, level), raw: level?.[0] },
      { value: tripleText(app, change), raw: change?.[0] },
      shownText(app, change),
    ];
  });
}

function groupHead(app, first) {
  const { t } = app.words;
  return [first, ...["level", "change", "shown"].map((key) => t(`equity.column_${key}`))];
}

function groupCard(app, chosen, grouping) {
  const { t } = app.words;
  const groups = app.data.equity.groups[grouping].map((id) => [id, t(`equity.group_${id}`)]);
  const caption = t(`equity.by_${grouping}`, { measure: t(`equity.measure_${chosen.measure}`) });
  return makeTable(
    caption,
    groupHead(app, t(`equity.${grouping}`)),
    groupRows(app, chosen, groups)
  );
}

/** Return the table of all strategies for the whole district, one under the other. */
function strategiesCard(app, chosen) {
  const { t, title } = app.words;
  const rows = app.data.equity.strategies.flatMap((row) => {
    const name = title(row.title);
    return groupRows(app, { ...chosen, strategy: row.id }, [["district", name]]);
  });
  const caption = t("equity.by_strategy", { measure: t(`equity.measure_${chosen.measure}`) });
  return makeTable(caption, groupHead(app, t("equity.strategy")), rows);
}

function mapBox(app, chosen) {
  const { t } = app.words;
  const { areas } = app.data.equity;
  const caption = t("equity.figure", { measure: t(`equity.measure_${chosen.measure}`) });
  const box = figureBox(app, {
    name: "kecamatan",
    caption,
    chart: (width) => tileMap(app, chosen, caption, Math.min(width, WIDEST_MAP)),
    table: () => ({
      head: groupHead(app, t("equity.column_area")),
      rows: groupRows(
        app,
        chosen,
        areas.map((area) => [area.id, area.name])
      ),
    }),
  });
  requestAnimationFrame(box.refresh);
  return box.box;
}

/** Return the largest number of a measure in any kecamatan under any strategy: colours then compare. */
function largestOf(app, measure) {
  const { areas, measures } = app.data.equity;
  const values = Object.values(measures[measure]).flatMap((by) =>
    areas.map((area) => by[area.id]?.[0] ?? 0)
  );
  return Math.max(...values, 1e-9);
}

function tileMap(app, chosen, caption, width) {
  const { number, t } = app.words;
  const { areas } = app.data.equity;
  const largest = largestOf(app, chosen.measure);
  const columns = Math.max(...areas.map((area) => area.column));
  const rows = Math.max(...areas.map((area) => area.row));
  const size = Math.floor(width / columns);
  const values = areas.map((area) => levelOf(app, chosen, area.id)?.[0]).filter(Number.isFinite);
  const summary = t("equity.summary", {
    low: number(Math.min(...values)),
    high: number(Math.max(...values)),
  });
  const root = draw("svg", {
    viewBox: `0 0 ${size * columns} ${size * rows}`,
    width: size * columns,
    height: size * rows,
    role: "img",
    class: "chart",
    "aria-label": `${caption}. ${summary}`,
    "font-family": "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
  });
  for (const area of areas) root.append(...tileParts(app, chosen, area, size, largest));
  return root;
}

function tileParts(app, chosen, area, size, largest) {
  const { number, span, t } = app.words;
  const level = levelOf(app, chosen, area.id);
  const step = level === null ? 0 : Math.round((level[0] / largest) * (TILE.length - 1));
  const ink = step >= WHITE_FROM ? "#ffffff" : COLOUR.ink;
  const [x, y] = [(area.column - 1) * size, (area.row - 1) * size];
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
  const small = Math.max(9, Math.min(12, size / 8));
  const names = linesOf(area.name, Math.floor(size / (0.58 * small)));
  const parts = [
    draw("rect", {
      x: x + 2,
      y: y + 2,
      width: size - 4,
      height: size - 4,
      rx: 4,
      fill: TILE[step],
      stroke: "#8a939c",
    }),
    ...names.map((line, row) => text(line, -size / 4 + row * (small + 1), small)),
    text(level === null ? t("common.none") : number(level[0]), size / 6, Math.min(18, size / 5)),
  ];
  if (level !== null) parts.push(text(span(level[1], level[2]), size / 6 + small + 3, small));
  return parts;
}
