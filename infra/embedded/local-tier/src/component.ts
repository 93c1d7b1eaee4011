import { servicePorts } from '@mosaic/runtime'

/** The processes of the local tier, in the order in which they start; they stop in the reverse order. */
export const componentNames = [
  'eventstore',
  'nats',
  'postgres',
  'scripted-model',
  'relay',
  'projector',
  'coordinator',
  'orchestrator',
  'gateway',
] as const
export type ComponentName = (typeof componentNames)[number]

/** What must be healthy before a component starts. What is not named here starts at once, side by side. */
export const needs: Record<ComponentName, readonly ComponentName[]> = {
  eventstore: [],
  nats: [],
  postgres: [],
  'scripted-model': [],
  relay: ['eventstore', 'nats'],
  projector: ['eventstore', 'nats', 'postgres'],
  coordinator: ['eventstore', 'nats'],
  orchestrator: ['eventstore', 'nats', 'scripted-model'],
  gateway: ['eventstore', 'nats', 'postgres', 'relay', 'projector', 'coordinator', 'orchestrator'],
}

/** The ports that are taken when they are free. */
export const usualPorts: Record<ComponentName, number> = {
  eventstore: 2113,
  nats: 4222,
  postgres: 5432,
  ...servicePorts,
}

/** How to ask a component whether it is well: a service wants to see the token, the event store has a certificate. */
export type Probe =
  | { kind: 'nats' | 'postgres'; url: string }
  | { kind: 'service'; url: string; token: string }
  | { kind: 'eventstore'; url: string; authority: string }

/** One running process of a component. */
export type RunningComponent = {
  pid: number
  /** Settles when the process has ended: a signal's name or `exit code N`. */
  exited: Promise<string>
  /** Stops it cleanly, and by force when that takes too long. Settles when it has ended. */
  stop(): Promise<void>
  probe: Probe
  /** What others connect to. */
  url: string
}
