import { colour } from "../../lib/colour";

const KEPT_MS = 10 * 60_000;
const BAR_MS = 5_000;
const STORE = "pic-beat";

interface Sample {
  readonly at: number;
  readonly doses: number;
}

/**
 * The rhythm of the last ten minutes from what the polls saw: the counters say how many, two of them say how fast.
 * Kept for the tab, so that a reload does not begin from nothing.
 */
export class Beat {
  private samples: Sample[] = [];

  constructor(private readonly canvas: HTMLCanvasElement | null, private readonly now: () => number = Date.now) {
    try {
      this.samples = (JSON.parse(sessionStorage.getItem(STORE) ?? "[]") as Sample[]).filter((s) => this.now() - s.at < KEPT_MS);
    } catch {
      this.samples = [];
    }
  }

  add(doses: number): void {
    const at = this.now();
    if (this.samples.length > 0 && doses < this.samples.at(-1)!.doses) this.samples = []; // voided, or another day
    this.samples.push({ at, doses });
    this.samples = this.samples.filter((sample) => at - sample.at < KEPT_MS);
    try {
      sessionStorage.setItem(STORE, JSON.stringify(this.samples));
    } catch {
      // a full or forbidden store only costs the memory of the rhythm
    }
    this.draw();
  }

  /** Doses a minute over the last minute seen; undefined until ten seconds have been seen. */
  perMinute(): number | undefined {
    const last = this.samples.at(-1);
    if (!last) return undefined;
    const first = this.samples.find((sample) => last.at - sample.at <= 60_000)!;
    const seconds = (last.at - first.at) / 1_000;
    return seconds < 10 ? undefined : Math.round(((last.doses - first.doses) * 60) / seconds);
  }

  /** Doses of each step of five seconds, oldest first; undefined where nobody was looking. */
  bars(count: number): (number | undefined)[] {
    const end = Math.ceil(this.now() / BAR_MS);
    const bars: (number | undefined)[] = Array.from({ length: count }, () => undefined);
    for (let index = 1; index < this.samples.length; index++) {
      const [from, to] = [this.samples[index - 1]!, this.samples[index]!];
      const place = count - 1 - (end - Math.ceil(to.at / BAR_MS));
      if (place >= 0 && to.at - from.at < 4 * BAR_MS) bars[place] = (bars[place] ?? 0) + to.doses - from.doses;
    }
    return bars;
  }

  private draw(): void {
    const pen = this.canvas?.getContext("2d");
    if (!this.canvas || !pen) return;
    const scale = devicePixelRatio || 1;
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    pen.scale(scale, scale);
    const step = 6;
    const bars = this.bars(Math.max(1, Math.floor(width / step)));
    const top = Math.max(1, ...bars.map((bar) => bar ?? 0));
    pen.fillStyle = colour("--lc-line");
    pen.fillRect(0, height - 1, width, 1);
    pen.fillStyle = colour("--lc-series-1");
    bars.forEach((bar, index) => {
      if (bar === undefined) return;
      const size = bar === 0 ? 1 : Math.max(2, (bar / top) * (height - 2));
      pen.fillRect(width - (bars.length - index) * step, height - size, step - 2, size);
    });
  }
}
