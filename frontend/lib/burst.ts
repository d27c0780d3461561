/** Longest pause between two keys of a hand scanner, in ms. They send a key every 5 to 30 ms; people need 80 and more. */
export const SCANNER_GAP_MS = 60;
/** Shorter bursts are a person's: a citizen id has 12 characters, the shortest id read by scanner has 8. */
export const SHORTEST_SCAN = 6;

/**
 * Tells a hand scanner from a person by the pace of the keys: a fast run of characters that ends with Enter or Tab.
 * Pure, so that it can be tested without a keyboard.
 */
export class Burst {
  private text = "";
  private latest = -Infinity;

  /** One character at `time` (ms). Returns how many characters have come in this run. */
  add(character: string, time: number): number {
    if (time - this.latest > SCANNER_GAP_MS) this.text = "";
    this.text += character;
    this.latest = time;
    return this.text.length;
  }

  /** The end key at `time`: the scan, or undefined when the run was too short or too slow. */
  end(time: number): string | undefined {
    const text = time - this.latest <= SCANNER_GAP_MS ? this.text : "";
    this.text = "";
    return text.length >= SHORTEST_SCAN ? text.trim() : undefined;
  }

  running(time: number): boolean {
    return this.text.length > 1 && time - this.latest <= SCANNER_GAP_MS;
  }
}
