// A page that was turned, cut or replaced has no picture until it is made anew. The
// pages in view without one are asked about until each has it, or never will.

const OFTEN = 2_000; // ms, while something was made lately
const SELDOM = 20_000;

/** `waits` names the pages, `ask` which of them have ended (0: without a picture), `ended`
 * is called when some have; what was changed meanwhile (`changes` counts) may have begun anew. */
export function startWaiting({ waits, ask, ended, changes }) {
  const never = new Set();
  let pause = OFTEN;
  let seen = changes();
  const look = async () => {
    if (seen !== changes()) never.clear();
    seen = changes();
    const open = waits().filter((page) => !never.has(page));
    const asking = open.length > 0 && !document.hidden;
    const found = Object.entries((asking && (await ask(open).catch(() => null))) || {});
    for (const [page, version] of found) if (!version) never.add(page);
    if (found.length) await ended();
    pause = found.length || !open.length ? OFTEN : Math.min(pause * 1.3, SELDOM);
    setTimeout(look, pause);
  };
  setTimeout(look, OFTEN);
}
