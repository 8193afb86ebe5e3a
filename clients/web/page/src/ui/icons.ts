/** The page's own line icons, on a 24-unit grid. */
const PATHS = {
  accept: "M5 12.5l4.5 4.5L19 7.5",
  alert: "M12 4l9 16H3zM12 10v4M12 17v.5",
  chevron: "M8 10l4 4 4-4",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h10v11H9zM5 15V4h10",
  download: "M12 4v11M7.5 11l4.5 4.5L16.5 11M5 20h14",
  eye: "M3 12s3.5-6 9-6 9 6 9 6-3.5 6-9 6-9-6-9-6zM12 10a2 2 0 100 4 2 2 0 000-4",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  half: "M12 4a8 8 0 100 16 8 8 0 000-16zM12 4v16",
  hide: "M4 4l16 16M10 6.3A9 9 0 0112 6c5.5 0 9 6 9 6s-1 1.7-2.8 3.3M6.2 8.2C4.2 9.8 3 12 3 12s3.5 6 9 6c1.3 0 2.5-.3 3.5-.8",
  keyboard: "M3 7h18v10H3zM7 10.5h.01M10.5 10.5h.01M14 10.5h.01M17 10.5h.01M8 14h8",
  met: "M12 4a8 8 0 100 16 8 8 0 000-16zM8.5 12.2l2.5 2.5 4.5-5",
  moon: "M19 14.5A8 8 0 019.5 5 7.5 7.5 0 1019 14.5z",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  plus: "M12 5v14M5 12h14",
  question: "M12 3a9 9 0 100 18 9 9 0 000-18zM9.5 9.5a2.5 2.5 0 115 0c0 1.7-2.5 2-2.5 4M12 17v.5",
  revert: "M5 9h9a5 5 0 010 10H9M5 9l4-4M5 9l4 4",
  sun: "M12 8a4 4 0 100 8 4 4 0 000-8zM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M5.6 18.4L7 17M17 7l1.4-1.4",
  system: "M4 5h16v11H4zM9 20h6M12 16v4",
  unmet: "M12 4a8 8 0 100 16 8 8 0 000-16zM9 9l6 6M15 9l-6 6",
  user: "M12 4a4 4 0 100 8 4 4 0 000-8zM4.5 20c1-4 4-6 7.5-6s6.5 2 7.5 6",
  wait: "M12 4a8 8 0 100 16 8 8 0 000-16z",
} as const;

export type IconName = keyof typeof PATHS;

const SVG = "http://www.w3.org/2000/svg";

/** Draws an icon; the text beside it, or the control's label, says what it means. */
export function icon(name: IconName): SVGSVGElement {
  const svg = svgElement("svg", { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" });
  svg.append(svgElement("path", { d: PATHS[name] }));
  return svg;
}

/** Builds an SVG element. */
export function svgElement<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string>,
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** The mark: lines of text, one of them a running stitch. */
export function mark(): SVGSVGElement {
  const svg = svgElement("svg", { viewBox: "0 0 32 32", class: "mark", "aria-hidden": "true" });
  svg.append(
    svgElement("rect", { width: "32", height: "32", rx: "8", class: "mark-cloth" }),
    svgElement("path", { d: "M8 10h16M8 22h10", class: "mark-line" }),
    svgElement("path", { d: "M8 16h16", class: "mark-stitch" }),
  );
  return svg;
}
