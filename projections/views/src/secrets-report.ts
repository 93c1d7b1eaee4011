import type { RecordedEvent } from '@mosaic/contracts/kernel'
import { placesRefused } from '@mosaic/contracts/secrets'

/** Something that was held to be a secret, and what came of it. What it is stands nowhere. */
export type SecretFinding = {
  /** `covered`: a placeholder stands in its place. `blocked`: it was not committed. `allowed`: a person let it be. */
  readonly outcome: 'covered' | 'blocked' | 'allowed'
  /** `null`: only its fingerprint is known. */
  readonly kind: string | null
  /** A field of the event, or a line of a file. */
  readonly where: string
  readonly count: number
  readonly fingerprint: string | null
  /** Who allowed it. */
  readonly by: string | null
  readonly event: string
  readonly revision: number
  readonly at: string
}

type SecretEvent = Pick<RecordedEvent, 'type' | 'data' | 'revision' | 'metadata'>
type Found = Pick<SecretFinding, 'outcome' | 'kind' | 'where' | 'count'> & Partial<SecretFinding>

/** What a session's events tell of secrets, in their order. */
export const secretsReport = (events: Iterable<SecretEvent>): SecretFinding[] =>
  [...events].flatMap(({ type, data, revision, metadata }) =>
    findings(type, data, metadata.actor).map((found) => ({
      fingerprint: null,
      by: null,
      ...found,
      event: type,
      revision,
      at: metadata.occurredAt,
    })),
  )

function findings(type: string, data: unknown, actor: SecretEvent['metadata']['actor']): Found[] {
  if (type === 'SecretAllowed') {
    const { file, fingerprint } = data as { file: string; fingerprint: string }
    return [{ outcome: 'allowed', kind: null, where: file, count: 1, fingerprint, by: actor.name ?? actor.id }]
  }
  return [...covered(data, ''), ...blocked(type, data)]
}

const placeholder = /\[redacted: ([^\]]{1,200})\]/g

/** By field and kind. */
function covered(value: unknown, where: string): Found[] {
  if (typeof value === 'string') {
    const counts = new Map<string, number>()
    for (const [, kind = ''] of value.matchAll(placeholder)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
    return [...counts].map(([kind, count]) => ({ outcome: 'covered', kind, where, count }))
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => covered(item, where === '' ? key : `${where}.${key}`))
}

/** The tool's answer says what was not committed; of what was kept at the end it is said why it did not go out. */
function blocked(type: string, data: unknown): Found[] {
  const output = refusalIn(type, data)
  return placesRefused(output).map(({ file, line, kind }) => ({
    outcome: 'blocked',
    kind,
    where: `${file}:${line}`,
    count: 1,
    fingerprint: fingerprintFor(output, file),
  }))
}

function refusalIn(type: string, data: unknown): string {
  if (type === 'UncommittedWorkKept') return (data as { push: { message?: string } }).push.message ?? ''
  if (type !== 'ToolCompleted') return ''
  const { output, isError } = data as { output: string; isError: boolean }
  return isError && output.startsWith('SECRET_FOUND') ? output : ''
}

/** The way out names the first of them. */
function fingerprintFor(output: string, file: string): string | null {
  const command = `'${file}' `
  const at = output.indexOf(command)
  return at < 0 ? null : (/^[0-9a-f]{12}\b/.exec(output.slice(at + command.length))?.[0] ?? null)
}
