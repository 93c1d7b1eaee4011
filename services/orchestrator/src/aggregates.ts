import { agentSessionEvents, agentSessionStream } from '@mosaic/contracts/agent-session'
import { fleetEvents, fleetStream } from '@mosaic/contracts/fleet'
import type { MosaicEvent } from '@mosaic/contracts/messaging'
import { taskEvents, taskStream } from '@mosaic/contracts/task'
import { workspaceEvents, workspaceStream } from '@mosaic/contracts/workspace'
import type { Aggregate } from '@mosaic/event-store'
import { agentSession } from './domain/agent-session/index.ts'
import { fleet } from './domain/fleet/fleet.ts'
import { task } from './domain/task/task.ts'
import { workspace } from './domain/workspace/workspace.ts'

/** How an aggregate decides, which facts are its own, and where its streams are. */
export type RunAggregate<State, Command, Event extends MosaicEvent, Code extends string> = Aggregate<
  State,
  Command,
  Event,
  Code
> & { readonly streamOf: (id: string) => string }

/** All that the orchestrator decides about. */
export const aggregates = {
  agentSession: { decider: agentSession, definitions: agentSessionEvents, streamOf: agentSessionStream.of },
  task: { decider: task, definitions: taskEvents, streamOf: taskStream.of },
  fleet: { decider: fleet, definitions: fleetEvents, streamOf: fleetStream.of },
  workspace: { decider: workspace, definitions: workspaceEvents, streamOf: workspaceStream.of },
} as const
