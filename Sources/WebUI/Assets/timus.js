// Adds what a page cannot do alone: copying, focus on what went wrong, live status, narrowing of long lists.
(() => {
  'use strict';
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  const start = (root) => {
    for (const button of all('[data-copy]', root)) button.hidden = false;
    for (const list of all('[data-choices]', root)) count(list);
  };

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    const box = document.getElementById(button.dataset.copy);
    const said = button.parentElement.querySelector('.copy-said');
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
    } catch {
      document.execCommand('copy');
    }
    said.textContent = 'Copied';
    setTimeout(() => { said.textContent = ''; }, 4000);
  });

  const count = (list) => {
    const text = list.querySelector('[data-count]');
    const ticked = all('input:checked', list).length;
    if (text) text.textContent = `${ticked} of ${text.dataset.count} selected`;
  };

  document.addEventListener('change', (event) => {
    const list = event.target.closest('[data-choices]');
    if (list) count(list);
  });

  document.addEventListener('input', (event) => {
    if (!event.target.matches('[data-narrow]')) return;
    const words = event.target.value.trim().toLowerCase();
    for (const choice of all('.choice', event.target.closest('[data-choices]'))) {
      choice.hidden = !choice.textContent.toLowerCase().includes(words);
    }
  });

  // A live part is replaced by the same part of the page, asked for again, until it is live no more.
  const follow = async () => {
    const part = document.querySelector('[data-live]');
    if (!part) return;
    try {
      const answer = await fetch(location.href, { headers: { 'X-Timus-Live': '1' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = answer.ok && page.getElementById(part.id);
      if (!fresh || answer.redirected) return location.reload();
      const focused = document.activeElement && part.contains(document.activeElement) && document.activeElement.id;
      part.replaceWith(fresh);
      start(fresh);
      if (focused) document.getElementById(focused)?.focus();
    } catch { /* The server is away for a moment; the next round asks again. */ }
    setTimeout(follow, 2000);
  };

  // A page that the browser kept is asked for again on the way back: who was signed in may be so no more.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });

  start(document);
  document.querySelector('[data-focus]')?.focus();
  setTimeout(follow, 2000);
})();
