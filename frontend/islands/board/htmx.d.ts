import type htmx from "htmx.org";

declare global {
  interface Window {
    /** The one copy, put there by the shell. */
    readonly htmx: typeof htmx;
  }
}
