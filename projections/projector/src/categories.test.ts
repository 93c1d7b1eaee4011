import { agentProviderEvents, agentProvidersStream } from '@mosaic/contracts/agent-provider'
import { agentSessionEvents, agentSessionStream } from '@mosaic/contracts/agent-session'
import { approvalPolicyEvents, approvalPolicyStream } from '@mosaic/contracts/approval'
import { budgetEvents, budgetStream } from '@mosaic/contracts/budget'
import { credentialEvents, credentialsStream } from '@mosaic/contracts/credential'
import { fleetEvents, fleetStream } from '@mosaic/contracts/fleet'
import { mergeQueueEvents, mergeQueueStream } from '@mosaic/contracts/merge-queue'
import { missionEvents, missionStream } from '@mosaic/contracts/mission'
import { projectionEvents, projectionStream } from '@mosaic/contracts/projection'
import { pullRequestEvents, pullRequestStream } from '@mosaic/contracts/pull-request'
import { queueEvents, queueStream } from '@mosaic/contracts/queue'
import { repositoryEvents, repositoryStream } from '@mosaic/contracts/repository'
import { secretRuleEvents, secretRulesStream } from '@mosaic/contracts/secrets'
import { taskEvents, taskStream } from '@mosaic/contracts/task'
import { workerEvents, workerStream } from '@mosaic/contracts/worker'
import { workspaceEvents, workspaceStream } from '@mosaic/contracts/workspace'
import { expect, test } from 'vitest'
import { allProjections } from './projections.ts'

/** Whose facts stand where; an operator's stand in two families, which no projection but the audit log asks for. */
const contexts = [
  [agentSessionEvents, agentSessionStream],
  [agentProviderEvents, agentProvidersStream],
  [taskEvents, taskStream],
  [missionEvents, missionStream],
  [mergeQueueEvents, mergeQueueStream],
  [pullRequestEvents, pullRequestStream],
  [queueEvents, queueStream],
  [budgetEvents, budgetStream],
  [fleetEvents, fleetStream],
  [repositoryEvents, repositoryStream],
  [approvalPolicyEvents, approvalPolicyStream],
  [secretRuleEvents, secretRulesStream],
  [workerEvents, workerStream],
  [workspaceEvents, workspaceStream],
  [projectionEvents, projectionStream],
  [credentialEvents, credentialsStream],
] as const

test.each(allProjections.map((projection) => [projection.name, projection] as const))(
  '%s is told of every event that it handles: it never heard of what stands in streams of a category that it does not name',
  (_, { handles, categories }) => {
    const needed = contexts.flatMap(([events, { category }]) =>
      handles.some((type) => Object.hasOwn(events, type)) ? [category] : [],
    )
    expect(categories).toEqual(expect.arrayContaining(needed))
  },
)
