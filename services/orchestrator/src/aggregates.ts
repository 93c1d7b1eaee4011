import { agentProviderEvents, agentProvidersStream } from '@mosaic/contracts/agent-provider'
import { agentSessionEvents, agentSessionStream } from '@mosaic/contracts/agent-session'
import { approvalPolicyEvents, approvalPolicyStream } from '@mosaic/contracts/approval'
import { fleetEvents, fleetStream } from '@mosaic/contracts/fleet'
import type { MosaicEvent } from '@mosaic/contracts/messaging'
import { repositoryEvents, repositoryStream } from '@mosaic/contracts/repository'
import { secretRuleEvents, secretRulesStream } from '@mosaic/contracts/secrets'
import { workspaceEvents, workspaceStream } from '@mosaic/contracts/workspace'
import type { Aggregate } from '@mosaic/event-store'
import { agentProviders } from './domain/agent-providers/agent-providers.ts'
import { agentSession, isEnding } from './domain/agent-session/index.ts'
import { approvalPolicyOf } from './domain/approval-policy/approval-policy.ts'
import { fleet } from './domain/fleet/fleet.ts'
import { repository } from './domain/repository/repository.ts'
import { secretRules } from './domain/secret-rules/secret-rules.ts'
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
  agentSession: { decider: agentSession, definitions: agentSessionEvents, streamOf: agentSessionStream.of, isEnding },
  agentProviders: { decider: agentProviders, definitions: agentProviderEvents, streamOf: agentProvidersStream.of },
  // A kill-all follows from no earlier one: the stop has to work whatever the stream is like.
  fleet: { decider: fleet, definitions: fleetEvents, streamOf: fleetStream.of, isEnding: () => true },
  repository: { decider: repository, definitions: repositoryEvents, streamOf: repositoryStream.of },
  secretRules: { decider: secretRules, definitions: secretRuleEvents, streamOf: secretRulesStream.of },
  approvalPolicy: { decider: approvalPolicyOf, definitions: approvalPolicyEvents, streamOf: approvalPolicyStream.of },
  workspace: { decider: workspace, definitions: workspaceEvents, streamOf: workspaceStream.of },
} as const
