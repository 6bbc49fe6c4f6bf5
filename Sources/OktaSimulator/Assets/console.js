// Adds copying to the clipboard; everything else works without script.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
  } catch {
    const type = source.type;
    if (type) { source.type = "text"; source.select(); } else getSelection().selectAllChildren(source);
    document.execCommand("copy");
    if (type) source.type = type;
  }
  const label = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = label; }, 1500);
});
document.querySelector("form[data-submit]")?.submit();
