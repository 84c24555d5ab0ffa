// Elements from tagged templates: html`<p class=${kind}>${words}</p>`. What is put in is text, a node, or several of them; it is never read as markup.
// The browser reads a template once and copies it from then on: reading each anew took half the time of a drawing. Knows nothing of what is drawn.

interface Hole {
  /** Where it stands: the place among its parent's children, from the root down. */
  path: number[];
  /** null: among an element's children; otherwise the attribute's name, and what stands about the values in it. */
  attribute: string | null;
  /** Text and places of values, by turns, beginning with text. */
  parts: (string | number)[];
}

interface Template {
  document: Document;
  root: Node;
  holes: Hole[];
}

type Tag<T> = (strings: TemplateStringsArray, ...values: unknown[]) => T;

/** One element, or several in a span. Attributes: null, undefined and false leave it out, true is empty. Children: null and undefined are nothing. */
export const html: Tag<HTMLElement> & {fragment: Tag<DocumentFragment>} = Object.assign(
  (strings: TemplateStringsArray, ...values: unknown[]) => alone(filled(strings, values, false), "span") as HTMLElement,
  {fragment: (strings: TemplateStringsArray, ...values: unknown[]) => filled(strings, values, false) as DocumentFragment}
);

/** The same within a drawing: one element, or several in a group. */
export const svg: Tag<SVGElement> & {fragment: Tag<DocumentFragment>} = Object.assign(
  (strings: TemplateStringsArray, ...values: unknown[]) => alone(filled(strings, values, true), null) as SVGElement,
  {
    fragment: (strings: TemplateStringsArray, ...values: unknown[]) => {
      const fragment = document.createDocumentFragment();
      fragment.append(...filled(strings, values, true).childNodes);
      return fragment;
    }
  }
);

/** The only child of `root`, or all of them in one element: a new one of that name, or `root` itself. */
function alone(root: Node, around: string | null): Node | null {
  // words beside words are one text
  if ([...root.childNodes].every((node) => node.nodeType === Node.TEXT_NODE)) root.normalize();
  const first = root.firstChild;
  if (first === null || first === root.lastChild) return first && root.removeChild(first);
  if (around === null) return root;
  const element = document.createElement(around);
  element.append(root);
  return element;
}

const templates = new WeakMap<TemplateStringsArray, Template>();
const MARK = /::(\d+)::/;

function filled(strings: TemplateStringsArray, values: unknown[], drawing: boolean): Node {
  let template = templates.get(strings);
  if (template?.document !== document) templates.set(strings, (template = read(strings, drawing)));
  const root = template.root.cloneNode(true);
  // all are found before any is filled: what is put in moves its neighbours
  const nodes = template.holes.map(({path}) => {
    let node = root;
    for (let steps of path) for (node = node.firstChild!; steps > 0; steps--) node = node.nextSibling!;
    return node;
  });
  template.holes.forEach(({attribute, parts}, i) => {
    if (attribute === null) putIn(nodes[i] as Text, values[parts[1] as number]);
    else setAttribute(nodes[i] as Element, attribute, parts, values);
  });
  return root;
}

function putIn(place: Text, value: unknown): void {
  if (value === null || value === undefined) place.remove();
  else if (value instanceof Node) place.replaceWith(value);
  else if (typeof value === "object" && Symbol.iterator in value) place.replaceWith(...[...(value as Iterable<unknown>)].filter((one) => one !== null && one !== undefined).map((one) => (one instanceof Node ? one : String(one))));
  else place.data = String(value);
}

function setAttribute(element: Element, name: string, parts: Hole["parts"], values: unknown[]): void {
  const only = parts.length === 3 && parts[0] === "" && parts[2] === "";
  const value = only ? values[parts[1] as number] : parts.map((part) => (typeof part === "number" ? String(values[part]) : part)).join("");
  if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
}

/** @throws Error for a template with a value where none can stand: in a tag's or an attribute's name, or in a textarea */
function read(strings: TemplateStringsArray, drawing: boolean): Template {
  const text = strings.raw.reduce((before, after, i) => {
    const inTag = before.lastIndexOf("<") > before.lastIndexOf(">");
    return `${before}${inTag ? `::${i - 1}::` : `<!--::${i - 1}::-->`}${after}`;
  });
  const template = document.createElement("template");
  template.innerHTML = drawing ? `<svg><g>${text}</g></svg>` : text;
  const root = drawing ? template.content.firstChild!.firstChild! : template.content;
  const holes: Hole[] = [];
  const walk = (node: Node, path: number[]): void => {
    if (node.nodeType === Node.COMMENT_NODE && MARK.test((node as Comment).data)) {
      holes.push({path, attribute: null, parts: partsOf((node as Comment).data)});
      (node as Comment).replaceWith(document.createTextNode(""));
    }
    // from the first value on, attributes are set on each copy: once, and in their order
    const attributes = node.nodeType === Node.ELEMENT_NODE ? [...(node as Element).attributes] : [];
    const first = attributes.findIndex(({value}) => MARK.test(value));
    for (const {name, value} of first < 0 ? [] : attributes.slice(first)) {
      holes.push({path, attribute: name, parts: partsOf(value)});
      (node as Element).removeAttribute(name);
    }
    [...node.childNodes].forEach((child, i) => walk(child, [...path, i]));
  };
  walk(root, []);
  const found = holes.flatMap(({parts}) => parts).filter((part) => typeof part === "number").length;
  if (found !== strings.length - 1) throw new Error(`A template has a value where none can stand: ${strings.raw.join("${…}").slice(0, 200)}`);
  return {document, root: document.importNode(root, true), holes};
}

const partsOf = (text: string): Hole["parts"] => text.split(MARK).map((part, i) => (i % 2 ? Number(part) : part));
