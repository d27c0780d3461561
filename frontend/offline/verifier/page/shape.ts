const SVG = "http://www.w3.org/2000/svg";

/** Shapes that tell the verdicts apart without colour: a tick in a circle, a cross in an octagon, a mark in a triangle. */
const SHAPES = {
  valid: ["M50 4a46 46 0 1 0 .01 0z", "M28 52l15 15 30-33"],
  refused: ["M31 4h38l27 27v38L69 96H31L4 69V31z", "M33 33l34 34M67 33L33 67"],
  unknown: ["M50 7L97 92H3z", "M50 38v26M50 77v1"],
} as const;

export function shape(kind: keyof typeof SHAPES): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("v-shape");
  SHAPES[kind].forEach((line, i) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    path.classList.add(i === 0 ? "v-shape-ground" : "v-shape-line");
    svg.append(path);
  });
  return svg;
}
