/** The commune points are fetched and drawn when they come into sight: neither the data nor the library before. */
export function drawWhenSeen(): void {
  for (const box of document.querySelectorAll<HTMLElement>("[data-points]:not([data-watched])")) {
    box.dataset["watched"] = "true";
    const eye = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      eye.disconnect();
      void import("./scatter").then(({ draw }) => draw(box));
    });
    eye.observe(box);
  }
}
