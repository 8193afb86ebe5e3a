/** Builds elements. Text goes through text nodes only, so nothing that people or models wrote becomes markup. */

export type Child = Node | string | number | null | undefined | false | Child[];

type Handlers = { [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void };

/** Attributes by name; `false`, `null` and `undefined` leave one out, `true` sets it empty. */
export type Attributes = { [name: string]: string | number | boolean | null | undefined | Handlers } & {
  on?: Handlers;
};

/** Builds an element with its attributes, listeners (`on`) and children. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") listen(element, value as Handlers);
    else setAttribute(element, name, value as string | number | boolean | null | undefined);
  }
  append(element, children);
  return element;
}

/** Sets or removes an attribute; what is as it should be stays untouched, so that screen readers stay calm. */
export function setAttribute(
  element: Element,
  name: string,
  value: string | number | boolean | null | undefined,
): void {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else {
    const text = value === true ? "" : String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

/** Puts other children in the place of those that are there. */
export function replace(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  append(parent, children);
}

/** Sets an element's text if it differs. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Keeps one child per item, by key: focus and half-typed answers outlive an update.
 *
 * @param create Makes the child of a new item.
 * @param update Called for every item, new ones included.
 */
export function keyed<Item, Part extends Element>(
  parent: Element,
  items: readonly Item[],
  key: (item: Item) => string,
  create: (item: Item) => Part,
  update: (part: Part, item: Item) => void = () => {},
): void {
  const present = new Map<string, Part>();
  for (const child of Array.from(parent.children) as Part[])
    present.set(child.getAttribute("data-key") ?? "", child);
  items.forEach((item, index) => {
    const name = key(item);
    let part = present.get(name);
    present.delete(name);
    if (!part) {
      part = create(item);
      part.setAttribute("data-key", name);
    }
    update(part, item);
    if (parent.children[index] !== part) parent.insertBefore(part, parent.children[index] ?? null);
  });
  for (const gone of present.values()) gone.remove();
}

function listen(element: HTMLElement, handlers: Handlers): void {
  for (const [name, handler] of Object.entries(handlers))
    element.addEventListener(name, handler as EventListener);
}

function append(parent: Element, children: Child[]): void {
  for (const child of children.flat(10) as Exclude<Child, Child[]>[]) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : String(child));
  }
}
