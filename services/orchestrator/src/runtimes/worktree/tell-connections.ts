import type { Connections } from '../../egress/index.ts'
import type { Run } from './run.ts'

/** Who went out of the session's sandbox, or tried to, as a fact. */
export async function tellConnections(run: Run, connections: Connections): Promise<void> {
  await run.record({ type: 'RecordConnection', ...connections })
}
