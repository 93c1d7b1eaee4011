import type { Page } from 'playwright-core'

export type Glimpse = { readonly steps: string[]; readonly killed: boolean }

/**
 * Notes down from now on every state that the page shows of one agent's kill: the steps of its receipt that have a
 * time, and whether anything calls the agent killed.
 */
export async function watchKill(page: Page, agent: string): Promise<() => Promise<Glimpse[]>> {
  const glimpses = await page.evaluateHandle((name) => {
    const seen: Glimpse[] = []
    const look = () => {
      const reached = [...document.querySelectorAll('[aria-label="Kill receipt"] li')].filter((li) =>
        li.querySelector('time'),
      )
      const steps = reached.map((li) => li.querySelector('span:nth-of-type(2)')?.textContent ?? '')
      const titles = [...document.querySelectorAll('[role=dialog] h2')].map((title) => title.textContent)
      const killed =
        titles.includes(`Killed ${name}`) || document.querySelector(`[role=row][aria-label="${name}, Killed"]`) !== null
      const last = seen.at(-1)
      if (!last || last.killed !== killed || last.steps.length !== steps.length) seen.push({ steps, killed })
    }
    new MutationObserver(look).observe(document, {
      childList: true,
      subtree: true,
      attributes: true,
      characterData: true,
    })
    return seen
  }, agent)
  return () => glimpses.jsonValue()
}
