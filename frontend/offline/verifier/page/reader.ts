import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasmAddress from "zxing-wasm/reader/zxing_reader.wasm?url";

/** Longest side a picture is looked at with: enough for the densest code of a card that fills half of it. */
const WIDEST_PX = 1600;
const MOST_PIXELS = 60_000_000;

export class NotRead extends Error {}

/** Fetches the reader (the largest part of the page) before the first code comes. */
export async function prepareReader(): Promise<void> {
  await prepareZXingModule({
    overrides: { locateFile: () => new URL(wasmAddress, import.meta.url).href },
    fireImmediately: true,
  });
}

export async function codeIn(picture: ImageData, hard: boolean): Promise<string | undefined> {
  const found = await readBarcodes(picture, {
    formats: ["QRCode"],
    maxNumberOfSymbols: 1,
    tryHarder: hard,
    tryRotate: true,
    tryInvert: hard,
    tryDownscale: true,
    textMode: "Plain",
  });
  return found[0]?.text;
}

/** Text of the code in a picture file; undefined when there is none. Throws `NotRead` when it is no picture. */
export async function codeInFile(file: Blob): Promise<string | undefined> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new NotRead();
  }
  if (bitmap.width * bitmap.height > MOST_PIXELS) throw new NotRead();
  try {
    const small = await codeIn(drawn(bitmap, WIDEST_PX), false);
    return small ?? (await codeIn(drawn(bitmap, 2 * WIDEST_PX), true));
  } finally {
    bitmap.close();
    forgetPicture();
  }
}

const canvas = document.createElement("canvas");

/** The picture's points, at most `widest` wide or high. */
export function drawn(source: ImageBitmap | HTMLVideoElement, widest: number): ImageData {
  const [width, height] = source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.width, source.height];
  const scale = Math.min(1, widest / Math.max(width, height, 1));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) throw new NotRead();
  // transparent pictures are meant for white paper
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** Nobody finds the last picture in memory. */
function forgetPicture(): void {
  canvas.width = canvas.height = 1;
}
