import "./door.scss";
import { type Mode, type Rule, isInside, judge, nameOf, personCode, whatOf } from "../core/rules.ts";
import { Camera } from "../../verifier/page/camera.ts";
import { installWorker } from "../../verifier/page/install.ts";
import { prepareReader } from "../../verifier/page/reader.ts";
import { Typed } from "../../verifier/page/typed.ts";
import { freshDoor, pair, sendNext } from "./send.ts";
import { type Door, Full, type Store, type Venue, openStore } from "./store.ts";
import { type Language, type Word, word } from "./texts.ts";

const LONGEST_S = 12 * 3600;
const BOUNCE_S = 60;
const LATE_S = 120;
const SHOWN_MS = 2_500;
const SEND_EVERY_MS = 15_000;
const AGAIN_MS = 3_000;
const SAME_CODE_MS = 4_000;

let store: Store;
let door: Door | undefined;
let token: string | undefined;
let language: Language = "vi";
let mode: Mode = "auto";
let venue: Venue | undefined;
let refused = 0;
let shownUntil = 0;
let sending = false;

const at = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const say = (name: Word, filled: Record<string, string | number> = {}): string => word(language, name, filled);
const seconds = (): number => Math.floor(Date.now() / 1000);

async function start(): Promise<void> {
  store = await openStore();
  language = (await store.kept<Language>("language")) ?? "vi";
  mode = (await store.kept<Mode>("mode")) ?? "auto";
  token = await store.keptSealed("token");
  listen();
  await store.tidy(seconds() - LONGEST_S);
  await open(false);
  void keepPage();
  void navigator.storage?.persist?.().catch(() => false);
  setInterval(() => void send(), SEND_EVERY_MS);
  setInterval(() => void draw(), 1_000);
  window.addEventListener("online", () => void send());
  void send();
}

/** The screen of the door, or the pairing while there is no credential. */
async function open(force: boolean): Promise<void> {
  if (token) {
    const fresh = await freshDoor(store, token, force);
    if (fresh === "ended") await forget();
    else door = fresh ?? door;
  }
  const chosen = await store.kept<number>("venue");
  venue = door?.venues.find((one) => one.id === chosen) ?? door?.venues[0];
  translate();
  at("pairing").hidden = token !== undefined;
  at("door").hidden = token === undefined;
  await draw();
}

async function forget(): Promise<void> {
  token = undefined;
  door = undefined;
  await store.keep("token", undefined);
  await store.keep("door", undefined);
  at("pair-said").textContent = say("ended");
}

function translate(): void {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll<HTMLElement>("[data-text]")) node.textContent = say(node.dataset["text"] as Word);
  const venues = at("venue") as HTMLSelectElement;
  venues.replaceChildren(...(door?.venues ?? []).map((one) => new Option(one.name, String(one.id), false, one.id === venue?.id)));
  (at("mode") as HTMLSelectElement).value = mode;
}

function listen(): void {
  at("pair-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void pairUp();
  });
  at("type-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = at("number") as HTMLInputElement;
    void scanned(field.value);
    field.value = "";
  });
  at("language").addEventListener("click", () => {
    language = language === "vi" ? "en" : "vi";
    void store.keep("language", language);
    translate();
    void draw();
  });
  at("mode").addEventListener("change", () => {
    mode = (at("mode") as HTMLSelectElement).value as Mode;
    void store.keep("mode", mode);
  });
  at("venue").addEventListener("change", () => {
    const chosen = Number((at("venue") as HTMLSelectElement).value);
    venue = door?.venues.find((one) => one.id === chosen);
    void store.keep("venue", chosen);
    void draw();
  });
  listenForScanner();
  listenForCamera();
}

/** A hand scanner types a whole card in one go and ends with Enter; no field need be chosen. */
function listenForScanner(): void {
  const typed = new Typed();
  document.addEventListener("keydown", (event) => {
    if ((event.target as HTMLElement).matches("input, select, textarea")) return;
    if (event.key.length === 1) typed.add(event.key, event.timeStamp);
    if (event.key !== "Enter") return;
    const text = typed.end(event.timeStamp);
    if (text === undefined) return;
    event.preventDefault();
    void scanned(text);
  });
}

function listenForCamera(): void {
  let lastText = "";
  let lastAt = 0;
  const camera = new Camera(
    at("video") as HTMLVideoElement,
    (text) => {
      if (text === lastText && performance.now() - lastAt < SAME_CODE_MS) return;
      [lastText, lastAt] = [text, performance.now()];
      void scanned(text);
    },
    () => undefined,
  );
  at("camera").addEventListener("click", () => {
    void (async () => {
      if (camera.on) camera.stop();
      else {
        await prepareReader();
        const trouble = await camera.start();
        if (trouble) show("stop", say(trouble), "");
      }
      at("camera").textContent = say(camera.on ? "camera_stop" : "camera");
      at("video").hidden = !camera.on;
    })();
  });
}

async function pairUp(): Promise<void> {
  const found = await pair((at("pairing-code") as HTMLInputElement).value);
  if (typeof found === "string") {
    at("pair-said").textContent = say(`pair_${found}`);
    return;
  }
  token = found.token;
  await store.keepSealed("token", token);
  await open(true);
}

/** One scan from wherever it came: judged, kept, shown. Nothing of it stays on the screen. */
async function scanned(text: string): Promise<void> {
  if (!venue) return;
  const here = venue;
  const number = nameOf(text);
  const now = seconds();
  if (number === undefined) return show("stop", say("unreadable"), "");
  const wrong = number.length > 100 ? await wrongCode(number, now) : undefined;
  if (wrong) return show("stop", say(wrong), "");
  const rule: Rule = { stay: here.stay, longest: LONGEST_S, bounce: BOUNCE_S };
  const alias = await store.alias(here.id, number);
  const before = await store.stayOf(alias);
  const what = whatOf(mode, before, now, rule);
  const verdict = judge(before, now, what, rule);
  const inside = await countInside(here, now);
  if (verdict.kind === "new" && here.capacity !== null && inside >= here.capacity) {
    return show("question", say("full_house", { inside, capacity: here.capacity }), "");
  }
  if (verdict.kind === "known") return show("done", say("again"), "");
  try {
    await store.record({ t: now, k: what, s: number, v: here.id }, alias, verdict.stay);
  } catch (error) {
    return show("stop", say("not_kept"), error instanceof Full ? "" : String(error).slice(0, 80));
  }
  show(what === "in" ? "in" : "out", say(what === "in" ? "arrived" : "left"), `••••${number.length > 100 ? "" : number.slice(-4)}`);
  await draw();
  void send();
}

/** A personal code that is no longer good, or that nobody of the house signed. */
async function wrongCode(text: string, now: number): Promise<Word | undefined> {
  const code = personCode(text);
  if (!code) return "unreadable";
  const known = door?.keys[String(code.key)];
  if (!known) return "forged";
  const raw = Uint8Array.from(known.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  try {
    const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    if (!(await crypto.subtle.verify("Ed25519", key, code.signature, code.body))) return "forged";
  } catch {
    // a browser without this algorithm: the server checks when the scan arrives
  }
  return now > code.until + LATE_S ? "expired" : undefined;
}

async function countInside(here: Venue, now: number): Promise<number> {
  return (await store.stays()).filter((stay) => stay.venue === here.id && isInside(stay, now)).length;
}

function show(tone: "in" | "out" | "done" | "question" | "stop", text: string, more: string): void {
  const panel = at("panel");
  panel.dataset["tone"] = tone;
  at("said").textContent = text;
  at("more").textContent = more;
  shownUntil = Date.now() + SHOWN_MS;
  if (navigator.vibrate) navigator.vibrate(tone === "stop" || tone === "question" ? [120, 60, 120] : 60);
}

async function draw(): Promise<void> {
  if (!token || !venue) return;
  if (Date.now() > shownUntil) {
    at("panel").dataset["tone"] = "ready";
    at("said").textContent = say("ready");
    at("more").textContent = venue.name;
  }
  const inside = await countInside(venue, seconds());
  at("inside").textContent = venue.capacity === null ? String(inside) : `${inside}/${venue.capacity}`;
  const waiting = await store.waiting();
  const line = at("line");
  line.dataset["waiting"] = String(waiting);
  const parts = [waiting ? say("waiting", { n: waiting }) : say("all_sent")];
  if (!navigator.onLine) parts.push(say("offline"));
  if (refused) parts.push(say("refused", { n: refused }));
  line.textContent = parts.join(" · ");
  drawCode(venue);
}

/** The code of these minutes, from the pictures fetched while there was a line. */
function drawCode(here: Venue): void {
  const part = at("screen-code");
  part.hidden = here.rotate_minutes === 0;
  if (part.hidden) return;
  const now = seconds();
  const found = here.codes.find(([from]) => from <= now && now < from + here.rotate_minutes * 60);
  at("screen-code-old").hidden = found !== undefined;
  const canvas = at("code") as HTMLCanvasElement;
  canvas.hidden = found === undefined;
  if (!found || canvas.dataset["from"] === String(found[0])) return;
  canvas.dataset["from"] = String(found[0]);
  const [, side, packed] = found;
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const quiet = 4;
  canvas.width = canvas.height = side + 2 * quiet;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  for (let i = 0; i < side * side; i++) {
    if (((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1) pen.fillRect(quiet + (i % side), quiet + Math.floor(i / side), 1, 1);
  }
}

/** Everything that waits, call after call, while there is a line. */
async function send(): Promise<void> {
  if (sending || !token || !navigator.onLine) return;
  sending = true;
  try {
    for (;;) {
      const fate = await sendNext(store, token, (answer) => (refused += answer.refused.length));
      at("trouble").textContent = fate === "clock" || fate === "stuck" ? say(fate) : "";
      if (fate === "ended") {
        await forget();
        await open(false);
      }
      // a line that broke is tried again soon; none at all waits for the next turn, or for the line to come back
      if (fate === "offline" && navigator.onLine) setTimeout(() => void send(), AGAIN_MS);
      if (fate !== "sent") break;
      await draw();
    }
    if (token) {
      const fresh = await freshDoor(store, token, false);
      if (fresh && fresh !== "ended") {
        door = fresh;
        venue = door.venues.find((one) => one.id === venue?.id) ?? door.venues[0];
      }
    }
  } finally {
    sending = false;
    await draw();
  }
}

/** A new version takes over when the staff say so, not under a queue of people. */
function keepPage(): Promise<void> {
  return installWorker("/door/", {
    ready: () => (document.documentElement.dataset["kept"] = "yes"),
    waiting: (takeOver) => {
      const button = at("new-version");
      button.hidden = false;
      button.textContent = say("new_version");
      button.addEventListener("click", takeOver);
    },
  });
}

void start();
