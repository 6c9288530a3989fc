/* Filters of a list: each choice reads the page again, and one goes on from where one was. */

const KEPT = "filters";

/** What the page before was left by: its path, the control's name, how far it was scrolled. */
function left(): string[] {
  const kept = sessionStorage.getItem(KEPT)?.split(" ") ?? [];
  sessionStorage.removeItem(KEPT);
  return kept[0] === location.pathname ? kept.slice(1) : [];
}

function goOn(form: HTMLFormElement): void {
  const [name, top] = left();
  const control = name ? form.elements.namedItem(name) : null;
  if (!(control instanceof HTMLElement)) return;
  const folded = control.closest("details");
  if (folded) folded.open = true;
  control.focus({ preventScroll: true });
  window.scrollTo(0, Number(top));
}

/** Apply a form's filters as they are chosen; what is not chosen stays out of the address. */
export function filters(form: HTMLFormElement): void {
  goOn(form);
  form.addEventListener("change", (event) => {
    const { name } = event.target as HTMLInputElement;
    sessionStorage.setItem(KEPT, `${location.pathname} ${name} ${window.scrollY}`);
    form.requestSubmit();
  });
  form.addEventListener("formdata", ({ formData }) => {
    // A hidden field is the page's own word, empty or not; what is ticked under its name counts.
    const hidden = [...form.querySelectorAll<HTMLInputElement>("input[type=hidden]")];
    const own = new Set(hidden.map((one) => one.name));
    for (const name of new Set(formData.keys())) {
      if (!own.has(name) && !formData.getAll(name).some(Boolean)) formData.delete(name);
    }
  });
}
