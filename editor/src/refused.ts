/* A form that was refused comes back in its dialog: over the page, and at what was wrong. */
for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) {
  dialog.open = false;
  dialog.showModal();
  dialog.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
}
