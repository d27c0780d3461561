import { colour } from "../../lib/colour";

const SCALE = 2;
const TITLE = 28;

/** A chart as a picture, in the colours of the page, with its title; twice as fine as drawn. */
export async function pngOf(svg: SVGSVGElement, title: string): Promise<Blob> {
  const { width, height } = svg.viewBox.baseVal;
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [[...svg.querySelectorAll("*")], [...copy.querySelectorAll("*")]];
  from.forEach((node, at) => {
    // The style sheet does not travel with the picture: what it says becomes attributes.
    const style = getComputedStyle(node);
    const target = to[at]!;
    if (target.getAttribute("fill") !== "none") target.setAttribute("fill", style.fill);
    if (target.hasAttribute("stroke")) target.setAttribute("stroke", style.stroke);
  });
  copy.querySelectorAll(".ch-cursor").forEach((line) => line.remove());
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const address = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }));
  try {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * SCALE;
    canvas.height = (height + TITLE) * SCALE;
    const pen = canvas.getContext("2d")!;
    pen.scale(SCALE, SCALE);
    pen.fillStyle = colour("--lc-surface");
    pen.fillRect(0, 0, width, height + TITLE);
    pen.fillStyle = colour("--lc-ink");
    pen.font = "600 14px 'Be Vietnam Pro', sans-serif";
    pen.fillText(title, 4, 18, width - 8);
    pen.drawImage(picture, 0, TITLE, width, height);
    return await new Promise<Blob>((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}
