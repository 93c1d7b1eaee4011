import { type AddTask, modelsOf, type TaskPlan } from '@mosaic/contracts/task'

type Fields = Omit<AddTask, 'title' | 'instructions' | 'externalKey' | 'missionId' | 'dependsOn'>

/** What the queue keeps of what was said of a task. */
export const planOf = (fields: Fields, dependsOn: readonly string[]): TaskPlan => ({
  spawn: {
    runtime: fields.runtime,
    repository: fields.repository ?? null,
    branch: fields.branch ?? null,
    agentType: fields.agentType,
    sandbox: fields.sandbox ?? null,
    maxTurns: fields.maxTurns ?? null,
    gates: fields.gates ?? null,
    yolo: fields.yolo,
    budget: fields.budget ?? null,
    network: fields.network ?? null,
    skills: fields.skills ?? null,
    approvals: fields.approvals ?? null,
    labels: [...new Set(fields.labels)],
    timeoutSeconds: fields.timeoutSeconds ?? null,
  },
  models: modelsOf(fields),
  priority: fields.priority,
  dependsOn: [...new Set(dependsOn)],
  notBefore: fields.notBefore ?? null,
  maxRetries: fields.maxRetries,
})
