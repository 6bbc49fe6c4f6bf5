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

  // Live parts are replaced by the same parts of the page, asked for again, until none is live; not while nobody sees them.
  const follow = async () => {
    const parts = all('[data-live]');
    if (!parts.length) return;
    if (document.hidden) return document.addEventListener('visibilitychange', follow, { once: true });
    try {
      const answer = await fetch(location.href, { headers: { 'X-Timus-Live': '1' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (!answer.ok || answer.redirected || !parts.every((part) => page.getElementById(part.id))) return location.reload();
      for (const part of parts) renew(part, page.getElementById(part.id));
    } catch { /* The server is away for a moment; the next round asks again. */ }
    setTimeout(follow, 2000);
  };

  const renew = (part, fresh) => {
    // Nothing goes from under a finger or a selection: the next round does it.
    const selection = getSelection();
    if (part.querySelector(':active') || (!selection.isCollapsed && part.contains(selection.anchorNode))) return;
    const focused = part.contains(document.activeElement) && document.activeElement;
    const scrolled = all('.table-frame', part).map((frame) => frame.scrollLeft);
    part.replaceWith(fresh);
    start(fresh);
    all('.table-frame', fresh).forEach((frame, index) => { frame.scrollLeft = scrolled[index] ?? 0; });
    if (!focused) return;
    const again = all('a, button, input, select, [tabindex]', fresh).find((element) => aim(element) === aim(focused));
    again?.focus({ preventScroll: true });
  };

  // What an element is on every answer of the page: its id, or what it does.
  const aim = (element) => element.id
    || [element.tagName, element.getAttribute('href') ?? element.form?.getAttribute('action'), element.value].join(' ');

  // A page that the browser kept is asked for again on the way back: who was signed in may be so no more.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });

  start(document);
  document.querySelector('[data-focus]')?.focus();
  setTimeout(follow, 2000);
})();
