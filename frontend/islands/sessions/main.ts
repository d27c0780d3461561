import "./sessions.scss";

document.addEventListener("click", (event) => {
  if ((event.target as HTMLElement).closest("[data-print]")) print();
});

// Another station has other stock: the page is asked for again with its lots.
document.addEventListener("change", (event) => {
  const field = event.target as HTMLElement;
  if (field instanceof HTMLSelectElement && field.name === "facility") location.search = `?facility=${encodeURIComponent(field.value)}`;
});
