import "./cases.scss";

/** "Choose all" of the list of orders, and a day of onset that says there are signs. */
function wire(root: ParentNode): void {
  const all = root.querySelector<HTMLInputElement>("[data-all]");
  all?.addEventListener("change", () => {
    for (const box of all.closest("table")?.querySelectorAll<HTMLInputElement>('input[name="order"]:not(:disabled)') ?? [])
      box.checked = all.checked;
  });
  for (const signs of root.querySelectorAll<HTMLElement>(".cases-signs")) {
    signs.addEventListener("input", (event) => {
      const field = event.target as HTMLInputElement;
      const says = (field.name === "symptoms" && field.checked) || (field.name === "onset_on" && field.value !== "");
      const yes = signs.querySelector<HTMLInputElement>('input[name="symptomatic"][value="yes"]');
      if (says && yes) yes.checked = true;
      if (field.name === "symptomatic" && field.value === "no") {
        for (const box of signs.querySelectorAll<HTMLInputElement>('input[name="symptoms"]')) box.checked = false;
        const day = signs.querySelector<HTMLInputElement>('input[name="onset_on"]');
        if (day) day.value = "";
      }
    });
  }
}

wire(document);
