import type { SpawnAgent } from '@mosaic/contracts/agent-session'
import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { load } from '@mosaic/event-store'
import { createRedactor } from '@mosaic/redaction'
import { aggregates } from '../../aggregates.ts'
import type { ChosenModel } from '../../runtimes/internal/model/models.ts'
import type { Task } from '../../domain/task/task.ts'
import type { GitError } from '../../git/index.ts'
import type { FeatureDeps } from '../deps.ts'

type Checked<T> = Result<T, Rejection<RejectionCode>>

/** A URL, or git's `user@host:path`: looking there may take long, so the session finds out. */
const isRemote = (repository: string) => /^(?:https?|ssh|git):\/\/|^[\w.-]+@[\w.-]+:/i.test(repository)

/** What an event must not say would not be the same address there. */
const holdsPassword = (repository: string) => redactor.text(repository) !== repository
const redactor = createRedactor()

/** Everything that can be known to be wrong before anything is written. */
export async function checkSpawn(deps: FeatureDeps, request: SpawnAgent): Promise<Checked<ChosenModel>> {
  const model = await deps.models.choose(request.model)
  if (!model.ok) return model
  const repository = await checkRepository(deps, request)
  if (!repository.ok) return repository
  const sandbox = await deps.chooseSandbox(request.sandbox)
  if (!sandbox.ok) return sandbox
  if (request.taskId) {
    const { status } = await taskOf(deps, request.taskId)
    if (status === 'completed' || status === 'failed') {
      return err({ code: 'TASK_ENDED', message: `the task is ${status}`, field: 'taskId' })
    }
  }
  return model
}

async function taskOf({ store }: FeatureDeps, taskId: string): Promise<Task> {
  const { task: aggregate } = aggregates
  return (await load(store, { aggregate, streamId: aggregate.streamOf(taskId) })).state
}

export async function checkRepository(
  { git }: Pick<FeatureDeps, 'git'>,
  { repository, branch }: { repository: string; branch: string },
): Promise<Checked<null>> {
  if (holdsPassword(repository)) {
    const message =
      'the address holds a password or a token, which would be kept for ever: leave it to a credential helper'
    return err({ code: 'VALIDATION_FAILED', message, field: 'repository' })
  }
  if (isRemote(repository)) return ok(null)
  const found = await git.inspectRepository(repository, branch)
  return found.ok ? ok(null) : err(rejectionOf(found.error))
}

function rejectionOf({ code, message }: GitError): Rejection<RejectionCode> {
  return code === 'BRANCH_NOT_FOUND' || code === 'BRANCH_NAME_INVALID'
    ? { code: 'BRANCH_NOT_FOUND', message, field: 'branch' }
    : { code: 'REPOSITORY_NOT_FOUND', message, field: 'repository' }
}
