"""XMILE modules: several models made one, in which each variable has its module before its name.

The elements are copied with their lines, so that every message still says where in the file.
"""

from __future__ import annotations

from .syntax import key_of
from .xmile_copies import Copier, Refuse
from .xmile_expression import unescape
from .xmile_names import Place, bare, inside
from .xmile_tree import Element

_CONNECTIONS = ("connect", "connect2")
_SAID = ("units", "doc", "format", "display")
_MOST = 100_000
_DEEPEST = 50


def one_model(root: Element, refuse: Refuse) -> Element:
    """Return the model of a document, with the bodies of its modules in it.

    Parameters
    ----------
    root
        The document.
    refuse
        Called with line, what was found and the remedy for whatever cannot be read.
    """
    models = list(root.all("model"))
    if not models:
        refuse(root.line, "no <model>", "Give a file with one model")
        return root
    if len(models) == 1 and not any(item.tag == "module" for item in inside(models[0])):
        return models[0]
    return _Modules(root, models, refuse).run()


class _Modules:
    def __init__(self, root: Element, models: list[Element], refuse: Refuse) -> None:
        self.root, self.models, self.refuse = root, models, refuse
        self.bodies: dict[str, Element] = {}
        self.used: set[str] = set()
        self.elements: dict[str, Element] = {}
        self.sources: dict[str, str] = {}
        self.size = 0

    def run(self) -> Element:
        top = self._name_models()
        main = self._enter(Place((), top), (top,))
        for key, body in self.bodies.items():
            if key not in self.used:
                found = f"the model '{_shown(body)}', which no module stands for"
                self.refuse(body.line, found, "Add a module of that name, or remove it")
        if self.size > _MOST:
            return top
        for place in main.walk():
            for inner in place.inner.values():
                self._connect(place, inner)
        copier = Copier(self.root, main, set(self.elements), self.sources, self.refuse)
        variables = list(copier.variables())
        folder = Element("variables", {}, top.line, children=variables)
        return Element("model", {}, top.line, children=[folder])

    # -- which model stands where -----------------------------------------------------------------

    def _name_models(self) -> Element:
        """Return the main model, and keep the others by their names."""
        unnamed = [model for model in self.models if not _shown(model)]
        if not unnamed and len(self.models) > 1:
            remedy = "Take the name off the main model"
            self.refuse(self.models[0].line, "no model without a name", remedy)
        top = unnamed[0] if unnamed else self.models[0]
        for model in unnamed[1:]:
            self.refuse(model.line, "a second model without a name", "Give it a module's name")
        for model in self.models:
            self._check(model)
            key = key_of(_shown(model))
            if model is top or not key:
                continue
            if key in self.bodies:
                found = f"a second model '{_shown(model)}'"
                self.refuse(model.line, found, "Rename one, or remove it")
            self.bodies.setdefault(key, model)
        return top

    def _check(self, model: Element) -> None:
        if model.attributes.get("resource"):
            found = f"the model '{_shown(model)}' in another file"
            self.refuse(model.line, found, "Paste its variables into the file")
        own, common = model.first("sim_specs"), self.root.first("sim_specs")
        if own is None:
            return
        theirs = _settings(common) if common else {}
        if any(theirs.get(name) != value for name, value in _settings(own).items()):
            found = f"run settings of the model '{_shown(model)}' that differ from the file's"
            self.refuse(own.line, found, "Give all models the same start, stop, dt and method")

    def _enter(self, place: Place, chain: tuple[Element, ...]) -> Place:
        self.size += len(inside(place.model))
        for element in inside(place.model):
            name = element.attributes.get("name", "")
            if element.tag == "module" and not element.vendor:
                self._module(place, element, chain)
            elif element.tag != "group" and name.strip():
                key, full = key_of(unescape(name)), place.full(name)
                place.own[key] = full
                self.elements[key_of(unescape(full))] = element
                if any(item.tag == "gf" for item in element.walk()):
                    place.curves.add(key)
        return place

    def _module(self, place: Place, module: Element, chain: tuple[Element, ...]) -> None:
        name = _shown(module)
        body = self._body(module, name)
        if body is None:
            return
        if body in chain:
            self.refuse(module.line, f"the module '{name}' inside itself", "Cut the circle")
        elif len(chain) > _DEEPEST or self.size > _MOST:
            self.refuse(module.line, "modules that hold too much", "Nest fewer modules")
        elif key_of(name) in place.inner:
            self.refuse(module.line, f"a second module '{name}'", "Rename one, or remove it")
        else:
            path = (*place.path, bare(module.attributes["name"]))
            inner = Place(path, body, module, place)
            place.inner[key_of(name)] = self._enter(inner, (*chain, body))

    def _body(self, module: Element, name: str) -> Element | None:
        """Return the model of a module: that of its name, or that which it names."""
        if not name:
            self.refuse(module.line, "a module without a name", "Give it the name of a model")
            return None
        resource = module.attributes.get("resource", "")
        if resource and not resource.startswith("#"):
            found = f"the module '{name}' in another file"
            self.refuse(module.line, found, "Paste its model into the file")
            self.used.add(key_of(name))
            return None
        wanted = unescape(resource[1:] or module.attributes.get("model_name", "") or name)
        self.used.add(key_of(wanted))
        if key_of(wanted) not in self.bodies:
            found = f"the module '{name}' without a model '{wanted}'"
            self.refuse(module.line, found, f'Add <model name="{wanted}"> with its variables')
        return self.bodies.get(key_of(wanted))

    # -- what an input gets -----------------------------------------------------------------------

    def _connect(self, place: Place, inner: Place) -> None:
        for child in inner.module.children if inner.module else ():
            if child.tag in _CONNECTIONS:
                self._connection(child, place, inner)
            elif child.tag not in _SAID and not child.vendor:
                found = f"the element <{child.tag}> in the module '{inner.shown}'"
                self.refuse(child.line, found, "Remove it, or see docs/xmile.md")

    def _connection(self, child: Element, place: Place, inner: Place) -> None:
        to, origin = (child.attributes.get(name, "").strip() for name in ("to", "from"))
        # Written from the outside (module.input), or from the inside (input).
        target = (place.find(to) if "." in to else "") or inner.down(to)
        source, key = place.find(origin), key_of(unescape(target))
        for shown, found, side in ((to, target, "to"), (origin, source, "from")):
            if not found:
                what = f"a connection {side} '{shown}', which nothing defines"
                self.refuse(child.line, what, "Define it or correct its spelling")
        if not target or not source:
            return
        element = self.elements[key]
        if element.attributes.get("access", "").lower() != "input":
            found = f"a connection to '{to}', which is no input"
            self.refuse(child.line, found, 'Write access="input" on it')
        elif element.first("inflow") or element.first("outflow"):
            found = f"a connection to the stock '{to}', which has flows of its own"
            self.refuse(child.line, found, "Remove its flows, or the connection")
        elif key_of(self.sources.setdefault(key, source)) != key_of(source):
            found = f"two sources of the input '{to}'"
            self.refuse(child.line, found, "Remove one connection")


def _shown(element: Element) -> str:
    return " ".join(unescape(element.attributes.get("name", "")).replace("_", " ").split())


def _settings(specs: Element) -> dict[str, object]:
    """Return the run settings that are written, as numbers where they are numbers."""
    found: dict[str, object] = {}
    for tag in ("start", "stop", "dt"):
        child = specs.first(tag)
        if child is not None:
            found[tag] = _value(child)
    method = specs.attributes.get("method", "").strip().lower()
    return {**found, "method": method} if method else found


def _value(child: Element) -> object:
    try:
        value = float(child.text)
        turned = child.attributes.get("reciprocal", "").lower() == "true"
        return 1.0 / value if turned and value else value
    except ValueError:
        return child.text.strip()
