import type { componentStatus } from '@mosaic/contracts/http'
import type { z } from 'zod'

export type Component = z.infer<typeof componentStatus>
export type Sentence = { readonly tone: 'failed' | 'waiting'; readonly title: string; readonly detail: string }

const down: Record<string, { title: string; detail: string }> = {
  eventstore: {
    title: 'The event store is down',
    detail: 'Nothing can be started, said or stopped until it is back. What was accepted is safe.',
  },
  nats: {
    title: 'NATS is down',
    detail: 'Live updates stand still. Commands still work, and everything catches up afterwards.',
  },
  postgres: {
    title: 'The read models are down',
    detail: 'Lists and numbers may be missing. Commands and live conversations still work.',
  },
  relay: {
    title: 'The relay is down',
    detail: 'Live updates stand still. Commands still work, and everything catches up afterwards.',
  },
  projector: {
    title: 'The read models stand still',
    detail: 'Lists and numbers are out of date. They catch up when the projector is back.',
  },
  coordinator: {
    title: 'The coordinator is down',
    detail: 'What has to pass quality gates waits, and is never waved through. Agents go on.',
  },
  orchestrator: {
    title: 'The orchestrator is down',
    detail: 'Agents stand still and take no commands. They go on where they were.',
  },
}
const lagWorthSaying = 200

/** What is worth a banner, worst first. A component that is merely restarting its lag is not. */
export function statusSentences(components: Readonly<Record<string, Component>>): Sentence[] {
  return Object.entries(components)
    .flatMap(([name, component]): Sentence[] => {
      if (component.status === 'unhealthy') {
        const known = down[name] ?? { title: `${name} is down`, detail: component.detail ?? '' }
        return [{ tone: 'failed', ...known }]
      }
      if ((component.lag ?? 0) >= lagWorthSaying) {
        const lag = component.lag?.toLocaleString('en-US')
        return [
          { tone: 'waiting', title: `${name} is ${lag} events behind`, detail: 'Lists and numbers are catching up.' },
        ]
      }
      if (component.status === 'degraded') {
        return [{ tone: 'waiting', title: `${name} is degraded`, detail: component.detail ?? '' }]
      }
      return []
    })
    .toSorted((a, b) => Number(a.tone === 'waiting') - Number(b.tone === 'waiting'))
}
