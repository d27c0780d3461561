const MINUTE = 60_000;

/** Time left as hours and minutes, "2:05"; "0:00" when it is over. */
export function left(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / MINUTE));
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}
