/** Longest pause between two keys, in ms. Nobody types a code by hand here, so a scanner on a slow phone may take its time. */
const GAP_MS = 400;
const SHORTEST = 4;

/** What a hand scanner types, wherever on the page, until its Enter. */
export class Typed {
  private text = "";
  private latest = -Infinity;

  add(character: string, time: number): void {
    if (time - this.latest > GAP_MS) this.text = "";
    this.text += character;
    this.latest = time;
  }

  /** The end key: the code, or undefined when nothing long enough came just before it. */
  end(time: number): string | undefined {
    const text = this.running(time) ? this.text : "";
    this.text = "";
    return text.length >= SHORTEST ? text : undefined;
  }

  /** In the middle of a code: a space is a letter of it, not a command. */
  running(time: number): boolean {
    return this.text.length > 1 && time - this.latest <= GAP_MS;
  }
}
