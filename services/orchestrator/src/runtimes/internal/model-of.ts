import type { LiveSession } from '../../domain/agent-session/index.ts'
import { runtimeAsked } from './asked.ts'
import type { Model } from './model/contract.ts'
import type { Run } from './run.ts'

/** Who answers a session's model calls. */
export const modelOf = ({ deps }: Run, { spec }: LiveSession): Model => deps.modelOf(runtimeAsked(spec).modelProvider)
