import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasmAddress from "zxing-wasm/reader/zxing_reader.wasm?url";
import { element, icon } from "./dom";
import { say } from "./texts";

/** Milliseconds between two looks at the picture: five a second finds a card held still and leaves an old phone cool. */
const LOOK_EVERY_MS = 200;
const ADVISE_AFTER_MS = 10_000;
const WIDEST_PX = 1280;

/**
 * Opens the camera in a dialog until a code is read. Resolves to its text, or to what was typed instead, or to undefined
 * when closed. Without a camera or its permission the dialog says so and typing goes on.
 */
export function scanWithCamera(): Promise<string | undefined> {
  prepareZXingModule({ overrides: { locateFile: () => new URL(wasmAddress, import.meta.url).href } });
  const view = dialog();
  document.body.append(view.box);
  view.box.showModal();
  return new Promise((resolve) => {
    let result: string | undefined;
    const done = (text: string | undefined): void => {
      result = text;
      view.box.close();
    };
    const stop = watch(view, done);
    view.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const typed = view.field.value.trim();
      if (typed) done(typed);
    });
    view.box.addEventListener("close", () => {
      stop();
      view.box.remove();
      resolve(result);
    });
  });
}

interface View {
  readonly box: HTMLDialogElement;
  readonly video: HTMLVideoElement;
  readonly advice: HTMLElement;
  readonly form: HTMLFormElement;
  readonly field: HTMLInputElement;
}

function dialog(): View {
  const video = element("video", { class: "lc-camera-picture", playsinline: "", muted: "", "aria-hidden": "true" });
  video.muted = true;
  const advice = element("p", { class: "lc-camera-advice", role: "status" }, say("camera_aim"));
  const field = element("input", { class: "form-control", id: "camera-typed", maxlength: "600", autocomplete: "off" });
  const label = element("label", { class: "form-label", for: "camera-typed" }, say("camera_type"));
  const send = element("button", { class: "btn btn-primary", type: "submit" }, say("use_number"));
  const form = element("form", { class: "lc-camera-form" }, label, element("div", {}, field, send));
  const close = element("button", { class: "lc-dialog-close", type: "button", "data-dialog-close": "", "aria-label": say("close") });
  close.append(icon("x"));
  const title = element("h2", { id: "camera-title" }, say("camera_title"));
  const head = element("header", { class: "lc-dialog-head" }, title, close);
  const frame = element("div", { class: "lc-camera-frame" }, video);
  const body = element("div", { class: "lc-dialog-body" }, frame, advice, form);
  const box = element("dialog", { class: "lc-dialog lc-camera", "aria-labelledby": "camera-title" }, head, body);
  return { box, video, advice, form, field };
}

/** Starts the camera and looks until told to stop; returns the stop. */
function watch(view: View, found: (text: string) => void): () => void {
  let stream: MediaStream | undefined;
  let over = false;
  const canvas = document.createElement("canvas");
  const advise = setTimeout(() => (view.advice.textContent = say("camera_slow")), ADVISE_AFTER_MS);

  const look = async (): Promise<void> => {
    if (over) return;
    const text = await read(view.video, canvas);
    if (over) return;
    if (text) found(text);
    else setTimeout(() => void look(), LOOK_EVERY_MS);
  };
  const start = async (): Promise<void> => {
    try {
      const wish = { facingMode: "environment", width: { ideal: WIDEST_PX } };
      stream = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
      if (over) return stopTracks(stream);
      view.video.srcObject = stream;
      await view.video.play();
      await look();
    } catch (error) {
      clearTimeout(advise);
      const denied = error instanceof DOMException && error.name === "NotAllowedError";
      view.advice.textContent = say(denied ? "camera_denied" : "camera_none");
      view.box.classList.add("lc-camera-off");
      view.field.focus();
    }
  };
  void start();
  return () => {
    over = true;
    clearTimeout(advise);
    stopTracks(stream);
  };
}

function stopTracks(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

async function read(video: HTMLVideoElement, canvas: HTMLCanvasElement): Promise<string | undefined> {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0) return undefined;
  const scale = Math.min(1, WIDEST_PX / videoWidth);
  canvas.width = videoWidth * scale;
  canvas.height = videoHeight * scale;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return undefined;
  pen.drawImage(video, 0, 0, canvas.width, canvas.height);
  const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
  const [first] = await readBarcodes(picture, { formats: ["QRCode", "Code128", "DataMatrix"], maxNumberOfSymbols: 1, tryHarder: true });
  return first?.text.trim() || undefined;
}
