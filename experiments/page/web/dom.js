// Elements of the page. Text is always set as text, never parsed as markup.

const SVG = "http://www.w3.org/2000/svg";

/** Return a child as the page shows it: of a text, a number and its percent sign stay on one line. */
function unbroken(child) {
  return child instanceof Node ? child : String(child).replace(/(\d) %/g, "$1\u00a0%");
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "selected") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(unbroken(child));
  }
  return element;
}

/** Return an HTML element; attributes that begin with "on" are listeners. */
function make(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Return an SVG element. */
function draw(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Replace what an element holds. */
function put(element, ...children) {
  const kept = children.flat(Infinity).filter((child) => child || child === 0);
  element.replaceChildren(...kept.map(unbroken));
  return element;
}

// Columns above which a narrow screen shows a table row by row, each cell after the name of its column.
const MOST_COLUMNS = 3;

/** Return a table with a caption; a cell may be text, an element, or {value, raw}. */
function makeTable(caption, head, rows, attributes) {
  const cell = (content) =>
    content === null || typeof content !== "object" || content instanceof Node
      ? content
      : content.value;
  const kind = head.length > MOST_COLUMNS && attributes?.class !== "entry" ? "table many" : "table";
  return make(
    "div",
    { class: kind, tabindex: "0", role: "region", "aria-label": caption },
    make(
      "table",
      { role: "table", ...attributes },
      make("caption", null, caption),
      make(
        "thead",
        { role: "rowgroup" },
        make(
          "tr",
          { role: "row" },
          head.map((text) => make("th", { scope: "col", role: "columnheader" }, text))
        )
      ),
      make(
        "tbody",
        { role: "rowgroup" },
        rows.map(([first, ...rest]) =>
          make(
            "tr",
            { role: "row" },
            make("th", { scope: "row", role: "rowheader" }, cell(first)),
            rest.map((content, place) =>
              make("td", { role: "cell", "data-column": head[place + 1] }, cell(content))
            )
          )
        )
      )
    )
  );
}

/** Offer a file to the reader. */
function offer(name, blob) {
  const address = URL.createObjectURL(blob);
  const link = make("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** Return rows as CSV with decimal points; a text that a spreadsheet would run is made plain. */
function toCsv(rows) {
  const cell = (value) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\n`).join("");
}

/** Return a button that opens a file; the browser's own words are not shown, since they follow its language. */
function fileChoice(id, label, accept, take) {
  return make(
    "label",
    { class: "file" },
    make("input", {
      type: "file",
      id,
      accept,
      onchange: (event) => {
        const [chosen] = event.target.files;
        if (chosen) take(chosen, event.target);
      },
    }),
    make("span", null, label)
  );
}

/** Return an amount that a reader typed, with a decimal comma or point; NaN where it is none. */
function amountOf(text) {
  return /^\d{1,4}([.,]\d{1,3})?$/.test(text.trim()) ? Number(text.trim().replace(",", ".")) : NaN;
}
