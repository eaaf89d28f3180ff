// A figure with its caption, its downloads and its table.

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
const NARROWEST = 300;
const USUAL_WIDTH = 640;

/** Draw every figure for the width of a sheet of paper, so that its letters are as large as the text. */
function drawForPaper() {
  for (const holder of document.querySelectorAll(".drawing")) REDRAW.get(holder)?.(PAPER_WIDTH);
}

/** Draw every figure for the screen again. */
function drawForScreen() {
  for (const holder of document.querySelectorAll(".drawing")) REDRAW.get(holder)?.(0);
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
  const tool = (key, act) =>
    make(
      "button",
      { type: "button", class: "tool", onclick: act, "aria-label": `${t(key)}: ${about.caption}` },
      t(key)
    );
  const showTable = () => {
    const { head, rows } = data();
    put(tableHolder, makeTable(about.caption, head, rows));
  };
  const details = make(
    "details",
    {
      ontoggle: () => {
        if (details.open) showTable();
      },
    },
    make(
      "summary",
      null,
      t("common.table"),
      make("span", { class: "hidden" }, `: ${about.caption}`)
    ),
    tableHolder
  );
  const box = make(
    "figure",
    { class: "figure" },
    caption,
    holder,
    make(
      "div",
      { class: "tools" },
      tool("common.csv", () => offer(`${about.name}.csv`, csvBlob(data()))),
      tool("common.png", async () => offer(`${about.name}.png`, await pngOf(current()))),
      tool("common.svg", () =>
        offer(`${about.name}.svg`, new Blob([svgText(current())], { type: "image/svg+xml" }))
      )
    ),
    details
  );
  const measured = () => Math.round(Math.max(NARROWEST, holder.clientWidth || USUAL_WIDTH));
  let width = 0;
  const refresh = () => {
    // Asking for the width lays out the whole page: once, then only when it has changed.
    width ||= measured();
    put(holder, about.chart(width));
    if (details.open) showTable();
  };
  REDRAW.set(holder, (given) => {
    width = given;
    refresh();
  });
  const watcher = new ResizeObserver(() => {
    // A figure that has left the page draws no more: its numbers may be gone.
    if (!holder.isConnected) watcher.disconnect();
    else if (Math.abs(measured() - width) > 4) REDRAW.get(holder)(measured());
  });
  watcher.observe(holder);
  return { box, refresh, setCaption: (text) => put(caption, text) };
}

function csvBlob({ head, rows }) {
  const plain = (cell) =>
    cell instanceof Node ? cell.textContent : (cell?.raw ?? cell?.value ?? cell);
  return new Blob(["\ufeff", toCsv([head, ...rows].map((row) => row.map(plain)))], {
    type: "text/csv",
  });
}
