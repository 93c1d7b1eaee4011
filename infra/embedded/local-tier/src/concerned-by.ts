import type { ComponentName } from './component.ts'
import { programs } from './start-component.ts'

const folders = Object.entries(programs).map(
  ([name, program]) => [name as ComponentName, program.replace(/src\/main\.ts$/, '')] as const,
)
/** The node of the event store knows nothing of Mosaic. */
const services = folders.map(([name]) => name).filter((name) => name !== 'eventstore')
/** What services are made of besides their own folder. */
const shared = /^(?:contracts|projections|infra\/(?!embedded\/|deploy\/))/

/** Which components run the code of a source file; its path is relative to the clone. */
export function concernedBy(file: string): readonly ComponentName[] {
  if (!file.endsWith('.ts') || /\.test\.ts$|\/test\//.test(file)) return []
  const [own] = folders.find(([, folder]) => file.startsWith(folder)) ?? []
  if (own) return [own]
  return shared.test(file) ? services : []
}
