import type { Kind } from "../core/judge.ts";

/** Tones (Hz, seconds): two that rise, one low and long, three of the same; told apart without looking. */
const TONES: Readonly<Record<Kind, readonly (readonly [number, number])[]>> = {
  valid: [
    [880, 0.1],
    [1320, 0.16],
  ],
  refused: [[196, 0.6]],
  unknown: [
    [520, 0.12],
    [520, 0.12],
    [520, 0.12],
  ],
};
const VIBRATIONS: Readonly<Record<Kind, readonly number[]>> = { valid: [80], refused: [400], unknown: [100, 80, 100, 80, 100] };
const PAUSE_S = 0.06;

let audio: AudioContext | undefined;

/** Browsers let a page sound only after somebody touched it: called at every touch, it wakes the sound once. */
export function wakeSound(): void {
  try {
    audio ??= new AudioContext();
    void audio.resume();
  } catch {
    audio = undefined;
  }
}

export function sound(kind: Kind): void {
  navigator.vibrate?.([...VIBRATIONS[kind]]);
  if (!audio || audio.state !== "running") return;
  let at = audio.currentTime;
  for (const [pitch, length] of TONES[kind]) {
    const voice = audio.createOscillator();
    const loudness = audio.createGain();
    voice.type = kind === "refused" ? "sawtooth" : "sine";
    voice.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.5, at);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + length);
    voice.connect(loudness).connect(audio.destination);
    voice.start(at);
    voice.stop(at + length);
    at += length + PAUSE_S;
  }
}
