import { codeIn, drawn } from "./reader.ts";

/** Milliseconds between two looks: eight a second finds a card at once and leaves an old phone cool. */
const LOOK_EVERY_MS = 120;
const WIDEST_PX = 1280;
const ADVISE_AFTER_MS = 8_000;

export type Trouble = "camera_denied" | "camera_none";

/** The camera, which looks for codes until it is told to stop, and may pause while a verdict is shown. */
export class Camera {
  private readonly video: HTMLVideoElement;
  private stream: MediaStream | undefined;
  private paused = false;
  private since = 0;
  private readonly found: (text: string) => void;
  private readonly slow: () => void;

  constructor(video: HTMLVideoElement, found: (text: string) => void, slow: () => void) {
    this.video = video;
    this.found = found;
    this.slow = slow;
  }

  get on(): boolean {
    return this.stream !== undefined;
  }

  async start(): Promise<Trouble | undefined> {
    if (this.stream) return undefined;
    try {
      const wish = { facingMode: "environment", width: { ideal: WIDEST_PX } };
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
      this.video.srcObject = this.stream;
      await this.video.play();
    } catch (error) {
      this.stop();
      return error instanceof DOMException && error.name === "NotAllowedError" ? "camera_denied" : "camera_none";
    }
    // a queue is longer than a phone stays awake by itself
    void navigator.wakeLock?.request("screen").catch(() => undefined);
    this.paused = false;
    this.since = performance.now();
    void this.look(this.stream);
    return undefined;
  }

  stop(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
    this.video.srcObject = null;
  }

  pause(): void {
    this.paused = true;
    this.video.pause();
  }

  resume(): void {
    if (!this.stream) return;
    this.paused = false;
    this.since = performance.now();
    void this.video.play();
  }

  private async look(stream: MediaStream): Promise<void> {
    // every other look tries harder: a first look finds most codes in a few milliseconds
    for (let hard = false; this.stream === stream; hard = !hard) {
      if (!this.paused && this.video.videoWidth > 0 && !document.hidden) {
        const text = await codeIn(drawn(this.video, WIDEST_PX), hard).catch(() => undefined);
        if (text && !this.paused && this.stream === stream) this.found(text);
        if (performance.now() - this.since > ADVISE_AFTER_MS) this.slow();
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}
