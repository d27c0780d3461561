import "./verifier.scss";
import { judge, Parts, type Outcome } from "../core/judge.ts";
import type { Camera, Trouble } from "./camera.ts";
import { element } from "../../../lib/dom.ts";
import { Lists, UpdateFailed, type Anchor } from "./lists.ts";
import { installWorker } from "./install.ts";
import { sound, wakeSound } from "./sound.ts";
import { openStore, type Kept, type Store } from "./store.ts";
import { fill, TEXTS, type Key, type Language } from "./texts.ts";
import { Typed } from "./typed.ts";
import { ageLine, span, verdictSheet } from "./view.ts";

/** The reader of codes is the largest part of the page: it is fetched once the page stands. */
const scanning = (): Promise<typeof import("./scanning.ts")> => import("./scanning.ts");

const SHOWN_S = 15;
const UPDATE_EVERY_MS = 10 * 60_000;
/** The same code held before the camera is not a new person. */
const SAME_CODE_MS = 2_000;

class Page {
  private language: Language;
  private readonly store: Store;
  private readonly lists: Lists;
  private readonly parts = new Parts();
  private readonly typed = new Typed();
  private camera: Camera | undefined;
  private purpose: string;
  private loud: boolean;
  private shown: { outcome: Outcome; sheet: HTMLElement } | undefined;
  private counting: ReturnType<typeof setInterval> | undefined;
  private last = { text: "", at: -Infinity };
  private busy = false;
  /** When the picture was handed over whose code is being judged. */
  private begun: number | undefined;
  private ready = false;
  private updating = false;
  /** The camera was on when the page was put away. */
  private again = false;

  constructor(store: Store, kept: Kept, lists: Lists) {
    this.store = store;
    this.lists = lists;
    this.language = kept.language ?? (document.documentElement.lang === "en" ? "en" : "vi");
    this.purpose = kept.purpose ?? "";
    this.loud = kept.sound ?? true;
    this.wire();
    this.write();
  }

  /** The camera goes on seeing the code of the person who was just let through; handed over by hand it is meant. */
  private async seen(text: string): Promise<void> {
    if (text !== this.last.text || performance.now() - this.last.at >= SAME_CODE_MS) await this.take(text);
  }

  /** What every code goes through, however it came: judged, shown, sounded, forgotten. */
  async take(text: string): Promise<void> {
    const now = performance.now();
    if (this.busy || this.shown) return;
    this.busy = true;
    try {
      this.show(await this.judged(text));
      measured(this.begun ?? now);
    } finally {
      this.busy = false;
      this.last = { text, at: performance.now() };
    }
  }

  private judged(text: string): Promise<Outcome> {
    const { lists } = this;
    const now = Date.now();
    return judge(text, this.parts, {
      now,
      trust: lists.trust,
      revocations: lists.revocations,
      clockWrong: lists.clock(now) !== null,
      purpose: this.purpose === "" ? null : this.purpose,
      rules: lists.rules && now <= lists.rules.expiresAt ? lists.rules : null,
      ask: (hash) => lists.ask(hash),
    });
  }

  private show(outcome: Outcome): void {
    this.clear();
    this.camera?.pause();
    if (outcome.reason !== "more_parts") this.parts.clear();
    const { sheet, countdown } = verdictSheet(outcome, this.language, () => this.clear());
    part("frame").inert = true;
    document.body.append(sheet);
    this.shown = { outcome, sheet };
    sheet.focus();
    if (this.loud) sound(outcome.kind);
    let left = SHOWN_S;
    const count = (): void => {
      countdown.textContent = fill(this.text("clears"), { n: left });
      if (left-- <= 0) this.clear();
    };
    count();
    this.counting = setInterval(count, 1_000);
  }

  /** Nothing of the last person is left: not on the screen, not in a field. */
  private clear(): void {
    clearInterval(this.counting);
    this.shown?.sheet.remove();
    const again = this.shown !== undefined;
    this.shown = undefined;
    part("frame").inert = false;
    part<HTMLTextAreaElement>("text").value = "";
    part<HTMLInputElement>("file").value = "";
    this.say("aim");
    if (!again) return;
    this.last.at = performance.now();
    this.camera?.resume();
    part("aim").focus();
  }

  private async takeFile(file: Blob | null | undefined): Promise<void> {
    if (!file || this.shown) return;
    this.begun = performance.now();
    this.say("reading");
    try {
      const text = await (await scanning()).codeInFile(file);
      if (text === undefined) this.say("no_code");
      else await this.take(text);
    } catch {
      this.say("no_code");
    } finally {
      part<HTMLInputElement>("file").value = "";
      this.begun = undefined;
    }
  }

  private async toggleCamera(): Promise<void> {
    if (this.camera?.on) {
      this.camera.stop();
      this.writeCamera();
      return;
    }
    const { Camera } = await scanning();
    this.camera ??= new Camera(part("video"), (text) => void this.seen(text), () => this.say("slow"));
    const trouble: Trouble | undefined = await this.camera.start();
    this.writeCamera();
    this.say(trouble ?? "aim");
  }

  async update(asked: boolean): Promise<void> {
    if (this.updating || (!asked && !navigator.onLine)) return;
    this.updating = true;
    const said = part("update-said");
    part<HTMLButtonElement>("update").disabled = true;
    said.textContent = this.text("updating");
    try {
      await this.lists.update();
      said.textContent = this.text("updated");
    } catch (error) {
      const why = error instanceof UpdateFailed ? error.why : "damaged_list";
      said.textContent = fill(this.text("update_failed"), { why: this.text(why) });
    } finally {
      this.updating = false;
      part<HTMLButtonElement>("update").disabled = false;
      this.writeLists();
    }
  }

  private wire(): void {
    on("camera", "click", () => void this.toggleCamera());
    on("file", "change", () => void this.takeFile(part<HTMLInputElement>("file").files?.[0]));
    on("paste", "click", () => part<HTMLDialogElement>("paste-box").showModal());
    on("lists", "click", () => {
      this.writeLists();
      part<HTMLDialogElement>("lists-box").showModal();
    });
    on("paste-form", "submit", () => {
      const text = part<HTMLTextAreaElement>("text").value.trim();
      if (text) void this.take(text);
    });
    on("update", "click", () => void this.update(true));
    on("language", "click", () => this.choose({ language: this.language === "vi" ? "en" : "vi" }));
    on("purpose", "change", () => this.choose({ purpose: part<HTMLSelectElement>("purpose").value }));
    on("sound", "change", () => this.choose({ sound: part<HTMLInputElement>("sound").checked }));
    for (const close of document.querySelectorAll("[data-close]")) close.addEventListener("click", () => close.closest("dialog")?.close());
    document.addEventListener("pointerdown", wakeSound);
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("paste", (event) => this.pasted(event));
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      void this.takeFile(event.dataTransfer?.files[0]);
    });
    // a phone that is put away keeps nobody on its screen, and no camera open
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) {
        if (this.again) void this.toggleCamera();
        return;
      }
      this.again = this.camera?.on ?? false;
      this.clear();
      this.camera?.stop();
      this.writeCamera();
    });
    window.addEventListener("online", () => void this.update(false));
    setInterval(() => void this.update(false), UPDATE_EVERY_MS);
    setInterval(() => this.writeLists(), 30_000);
  }

  /** Enter or space calls the next person; what a hand scanner types is a code, wherever it is typed. */
  private key(event: KeyboardEvent): void {
    wakeSound();
    const typing = event.target instanceof HTMLTextAreaElement;
    if (event.ctrlKey || event.altKey || event.metaKey || typing) return;
    if (event.key === "Enter" || event.key === "Tab") {
      const scan = this.typed.end(event.timeStamp);
      if (scan) {
        event.preventDefault();
        this.clear();
        void this.take(scan);
        return;
      }
    } else if (event.key.length === 1) this.typed.add(event.key, event.timeStamp);
    if (!this.shown || this.typed.running(event.timeStamp)) return;
    if (event.key === "Enter" || event.key === " " || event.key === "Escape") {
      event.preventDefault();
      this.clear();
    }
  }

  private pasted(event: ClipboardEvent): void {
    if (event.target instanceof HTMLTextAreaElement) return;
    const file = event.clipboardData?.files[0];
    const text = event.clipboardData?.getData("text").trim();
    if (file) void this.takeFile(file);
    else if (text) void this.take(text);
  }

  private choose(choice: Pick<Kept, "language" | "purpose" | "sound">): void {
    this.language = choice.language ?? this.language;
    this.purpose = choice.purpose ?? this.purpose;
    this.loud = choice.sound ?? this.loud;
    void this.store.put(choice);
    this.write();
  }

  private text(key: Key): string {
    return TEXTS[this.language][key];
  }

  private say(key: Key): void {
    const aim = part("aim");
    aim.dataset["key"] = key;
    aim.textContent = this.text(key);
  }

  setReady(ready: boolean): void {
    this.ready = ready;
    this.writeLists();
  }

  newVersion(start: () => void): void {
    const line = part("new-version");
    const button = element("button", { type: "button", class: "v-button" }, this.text("reload"));
    button.addEventListener("click", start);
    line.replaceChildren(this.text("new_version"), " ", button);
    line.hidden = false;
  }

  /** Every text of the page, in the language chosen. */
  private write(): void {
    document.documentElement.lang = this.language;
    document.title = `${this.text("title")} · Lá Chắn`;
    for (const place of document.querySelectorAll<HTMLElement>("[data-text]")) place.textContent = this.text(place.dataset["text"] as Key);
    for (const place of document.querySelectorAll<HTMLElement>("[data-label]")) place.setAttribute("aria-label", this.text(place.dataset["label"] as Key));
    part("update-said").textContent = "";
    part("language").lang = this.language === "vi" ? "en" : "vi";
    this.say((part("aim").dataset["key"] ?? "aim") as Key);
    part<HTMLInputElement>("sound").checked = this.loud;
    this.writeCamera();
    this.writeLists();
  }

  private writeCamera(): void {
    part("camera").textContent = this.text(this.camera?.on ? "stop_camera" : "start_camera");
    document.body.classList.toggle("v-camera-on", this.camera?.on ?? false);
  }

  private writePurposes(): void {
    const choices = [{ id: "", name: this.text("purpose_none") }];
    for (const { id, names } of this.lists.rules?.purposes ?? []) choices.push({ id, name: names[this.language] ?? names["en"] ?? id });
    // a purpose whose rules are not held stays chosen, and says so with every card
    if (!choices.some(({ id }) => id === this.purpose)) choices.push({ id: this.purpose, name: this.purpose });
    const select = part<HTMLSelectElement>("purpose");
    select.replaceChildren(...choices.map(({ id, name }) => element("option", { value: id }, name)));
    select.value = this.purpose;
  }

  private writeLists(): void {
    const { lists, language } = this;
    const now = Date.now();
    const age = lists.age(now);
    const button = part("lists");
    button.className = `v-age v-age-${age}`;
    part("age").textContent = ageLine(age, lists.fetchedAt, now, language);
    const { trust, revocation, rules } = lists.issued;
    for (const [id, at] of Object.entries({ trust, revocation, rules })) {
      part(`age-${id}`).textContent = at === null ? this.text("none") : span(now - at, language, true);
    }
    const clock = lists.clock(now);
    const warning = part("clock");
    warning.hidden = clock === null;
    const what = clock && fill(this.text(clock.kind === "behind" ? "clock_behind" : "clock_off"), { age: span(clock.by, language, false) });
    warning.textContent = what ? fill(this.text("clock_warning"), { what }) : "";
    part("offline").textContent = this.text(this.ready ? "offline_ready" : "offline_not_ready");
    part("offline").classList.toggle("v-ready", this.ready);
    this.writePurposes();
  }
}

/** From the picture to the verdict on the screen: what `lachan bench` asks for; only the last one is held. */
function measured(start: number): void {
  requestAnimationFrame(() => {
    setTimeout(() => {
      performance.clearMeasures("lachan-verdict");
      performance.measure("lachan-verdict", { start });
    });
  });
}

function part<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found as T;
}

function on(id: string, event: string, work: () => void): void {
  part(id).addEventListener(event, work);
}

async function start(): Promise<void> {
  const anchors = JSON.parse(part("anchors").textContent ?? "[]") as Anchor[];
  const store = await openStore();
  const kept = await store.all();
  const page = new Page(store, kept, await Lists.open(store, kept, anchors));
  void page.update(false);
  void scanning().then(({ prepareReader }) => prepareReader());
  void navigator.storage?.persist?.();
  await installWorker("/verify/", { ready: () => page.setReady(true), waiting: (go) => page.newVersion(go) });
}

void start();
