import type { Locator, Page } from 'playwright-core'

/** Mission Control as somebody finds their way about it: by the names of what is on the page. */
export function missionControl(page: Page) {
  const panel = (agent: string) =>
    page.getByRole('main', { name: 'Panels' }).getByRole('region', { name: `Agent ${agent}` })
  return {
    panels: page.getByRole('main', { name: 'Panels' }).getByRole('region', { name: /^Agent / }),
    panel,
    conversation: (agent: string) => panel(agent).getByRole('log', { name: `Conversation with ${agent}` }),
    button: (agent: string, action: string) =>
      panel(agent).getByRole('button', { name: `${action} ${agent}`, exact: true }),
    /** What the operator said to an agent, with the state of its delivery. */
    said: (agent: string, text: string) =>
      panel(agent).getByRole('article', { name: 'operator message' }).filter({ hasText: text }),
    roster: page.getByRole('treegrid', { name: 'Agents by parent' }),
    /** An agent's line in the roster, whatever its status or in a given one. */
    agent: (agent: string, status?: string) =>
      page.getByRole('row', { name: status ? `${agent}, ${status}` : new RegExp(`^${agent}, `) }),
    dashboard: page.getByRole('region', { name: 'Dashboard' }),
    dialog: page.getByRole('dialog'),
    connectionLost: page.getByRole('alert').filter({ hasText: 'Connection lost' }),
  }
}
export type MissionControl = ReturnType<typeof missionControl>

/** The number that the dashboard shows under a name. */
export async function numberOf({ dashboard }: MissionControl, name: string): Promise<string> {
  const text = await dashboard.locator(`[data-number="${name}"]`).textContent()
  return (text ?? '').replace(name, '').trim()
}

/** What an agent is saying right now: the text of the message that is not in the log yet, which has no time. */
export async function beingSaid(conversation: Locator): Promise<string> {
  const drafts = conversation.getByRole('article').filter({ hasNot: conversation.page().locator('time') })
  const texts = await drafts.allTextContents()
  return texts.at(-1) ?? ''
}

/**
 * Every line of a conversation, read by scrolling from its beginning to its end: the role of a message, the name of a
 * tool, the type of a notice.
 */
export async function readConversation(conversation: Locator): Promise<string[]> {
  return conversation.evaluate(async (log) => {
    const lines = new Map<number, string>()
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    const atEnd = () => log.scrollTop + log.clientHeight >= log.scrollHeight - 2
    // As a reader does it: the wheel tells the page that the scrolling is meant.
    log.dispatchEvent(new WheelEvent('wheel', { deltaY: -1 }))
    log.scrollTop = 0
    for (let end = false; !end; ) {
      await frame()
      for (const row of log.querySelectorAll<HTMLElement>('[data-index]')) {
        const { role, tool, notice } = (row.firstElementChild as HTMLElement).dataset
        lines.set(Number(row.dataset['index']), role ?? tool ?? notice ?? '')
      }
      end = atEnd()
      log.scrollTop += log.clientHeight / 2
    }
    return [...lines].toSorted(([a], [b]) => a - b).map(([, line]) => line)
  })
}
