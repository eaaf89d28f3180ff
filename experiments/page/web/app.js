// The page: reads its data, keeps the state in the address, shows one view at a time.

const ADDRESS_PAUSE = 200;
const VIEWS = [
  standingView,
  strategiesView,
  targetView,
  unknownView,
  equityView,
  evidenceView,
  assessmentView,
];

function startPage() {
  const data = JSON.parse(document.getElementById("tumbuh-data").textContent);
  const names = VIEWS.map((view) => view.id);
  const app = {
    data,
    ...readAddress(data, names),
    words: null,
    shown: null,
    main: document.getElementById("main"),
    status: document.getElementById("status"),
  };
  app.words = wordsOf(data, app.state.language);
  app.set = (patch, how) => setState(app, patch, how);
  app.goto = (view) => {
    app.set({ view }, { push: true, remount: true });
    document.getElementById("heading").focus();
  };
  app.tell = (text) => {
    put(app.status, text);
  };
  app.ready = startEngine(app);
  app.ready.catch(() => {});
  addEventListener("popstate", () => {
    Object.assign(app, readAddress(data, names));
    showPage(app);
  });
  addEventListener("beforeprint", drawForPaper);
  addEventListener("afterprint", drawForScreen);
  showPage(app);
  performance.mark("tumbuh-usable");
}

function readAddress(data, names) {
  return stateOf(location.hash.slice(1), data, names);
}

async function startEngine(app) {
  // After the first paint: the views that need no engine are there at once.
  await new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve, 0));
  });
  try {
    const engine = await createEngine(app.data.engine, {});
    performance.mark("tumbuh-engine");
    return engine;
  } catch (error) {
    document
      .getElementById("notices")
      .append(make("p", { class: "notice", role: "alert" }, engineTrouble(app, error)));
    throw error;
  }
}

/** Say what the engine refused, in the reader's language where it gave a code. */
function engineTrouble(app, error) {
  const { t } = app.words;
  const known = ["browser", "range", "parameter", "lever", "date", "draws"];
  const reason = known.includes(error.code)
    ? t(`engine.${error.code}`, { name: error.where ?? "" })
    : error.message;
  return t("page.no_engine", { reason });
}

function setState(app, patch, { push = false, remount = false } = {}) {
  Object.assign(app.state, patch);
  clearTimeout(app.timer);
  // A dragged slider would write hundreds of addresses, which browsers refuse.
  if (push || remount) writeAddress(app, push);
  else app.timer = setTimeout(() => writeAddress(app, false), ADDRESS_PAUSE);
  if (remount) showPage(app);
}

/** Write the state into the address, and into the links to the other views. */
function writeAddress(app, push) {
  clearTimeout(app.timer);
  history[push ? "pushState" : "replaceState"](null, "", `#${stateText(app.state)}`);
  for (const link of document.querySelectorAll("#nav a")) {
    link.setAttribute("href", `#${stateText({ ...app.state, view: link.dataset.view })}`);
  }
}

function showPage(app) {
  app.shown?.leave?.();
  app.words = wordsOf(app.data, app.state.language);
  const { t } = app.words;
  document.documentElement.lang = app.state.language;
  document.title = t("page.title", { district: app.data.district });
  showHeader(app);
  const view = VIEWS.find((item) => item.id === app.state.view);
  const heading = make("h2", { tabindex: "-1", id: "heading" }, t(`${view.id}.heading`));
  put(document.getElementById("notices"), noticesOf(app));
  const body = make("div", { class: `view ${view.id}` });
  put(app.main, heading, make("p", { class: "lead" }, t(`${view.id}.lead`)), body);
  app.shown = view.mount(body, app) ?? {};
  showFooter(app);
}

function noticesOf(app) {
  const { t } = app.words;
  const off = (key, patch) =>
    make(
      "p",
      { class: "notice" },
      t(key),
      " ",
      make(
        "button",
        { type: "button", onclick: () => app.set(patch, { remount: true }) },
        t("page.undo")
      )
    );
  return [
    ownNotice(app),
    ...app.mistakes.map((mistake) =>
      make(
        "p",
        { class: "notice", role: "alert" },
        t("page.address"),
        " ",
        t(mistake.key, mistake.blanks)
      )
    ),
    app.slow ? make("p", { class: "notice", role: "status" }, slowText(app)) : null,
    app.state.noEffect ? off("page.no_effect_on", { noEffect: false }) : null,
    app.state.assessment ? off("page.assessment_on", { assessment: null }) : null,
  ];
}

function slowText(app) {
  const { t, number } = app.words;
  const { seconds, draws } = app.slow;
  return t("page.slow", { seconds: number(seconds, 0), draws: number(draws, 0) });
}

/** Say what a page of a fit of one's own rests on; nothing on a page of the packaged one. */
function ownNotice(app) {
  const { t, number } = app.words;
  const { own } = app.data;
  if (!own) return null;
  const failed = own.failed[app.state.language];
  const sound = failed.length === 0;
  const counts = { passed: number(own.gates - failed.length, 0), gates: number(own.gates, 0) };
  const rests = own.differences.length > 0 ? "own.rests" : "own.same";
  return make(
    "section",
    { class: "notice own", "aria-label": t("own.heading") },
    make(
      "p",
      null,
      make("strong", null, t("own.heading")),
      " ",
      t(rests, { name: own.name, draws: number(own.draws, 0) })
    ),
    make("p", sound ? null : { class: "problem" }, t(sound ? "own.passed" : "own.failed", counts)),
    make(
      "details",
      { open: app.state.view === "standing" },
      make("summary", null, t("own.about")),
      ownList(
        t("own.differences"),
        own.differences.map((row) => differenceText(app, row))
      ),
      ownList(t("own.failed_list"), failed),
      own.fitted_now ? make("p", null, t("own.more_checks", { name: own.name })) : null,
      make("p", null, t("own.packaged"))
    )
  );
}

function ownList(heading, texts) {
  if (texts.length === 0) return null;
  const rows = texts.map((text) => make("li", null, text));
  return [make("p", null, heading), make("ul", null, rows)];
}

function differenceText(app, row) {
  const { t, title } = app.words;
  return t(`own.${row.kind}`, {
    area: title(row.area),
    survey: row.survey,
    value: title(row.value),
    packaged: title(row.packaged),
  });
}

function showHeader(app) {
  const { t } = app.words;
  put(document.getElementById("skip"), t("page.skip"));
  put(document.getElementById("title"), t("page.title", { district: app.data.district }));
  put(document.getElementById("rule"), t("page.rule"));
  const nav = document.getElementById("nav");
  nav.setAttribute("aria-label", t("page.views"));
  put(
    nav,
    make(
      "ol",
      null,
      VIEWS.map((view) =>
        make(
          "li",
          null,
          make(
            "a",
            {
              href: `#${stateText({ ...app.state, view: view.id })}`,
              "data-view": view.id,
              "aria-current": view.id === app.state.view ? "page" : null,
              onclick: (event) => {
                event.preventDefault();
                app.goto(view.id);
              },
            },
            t(`${view.id}.short`)
          )
        )
      )
    )
  );
  const language = document.getElementById("language");
  language.setAttribute("aria-label", t("page.language"));
  put(
    language,
    ["id", "en"].map((code) =>
      make(
        "button",
        {
          type: "button",
          lang: code,
          "aria-pressed": String(code === app.state.language),
          onclick: () => {
            app.set({ language: code }, { remount: true });
            document.querySelector(`#language button[lang=${code}]`).focus();
          },
        },
        t(`page.language_${code}`)
      )
    )
  );
}

function showFooter(app) {
  const { t, day, number } = app.words;
  const made = app.data.made;
  put(
    document.getElementById("footer"),
    make("p", null, t("page.reviewed")),
    make(
      "p",
      null,
      t(app.data.own ? "page.made_own" : "page.made", {
        version: made.version,
        frozen: day(made.frozen),
        model: made.model.slice(0, 12),
        draws: number(app.data.draws, 0),
      })
    ),
    make("p", null, t("page.licence"))
  );
}

startPage();
