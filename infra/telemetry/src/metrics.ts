import { counter, histogram, sampled } from './registry.ts'

const quick = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const slow = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800]

/** All that Mosaic measures besides what every process does. `docs/runbook.md` says what each is for. */
export const metrics = {
  httpRequests: histogram({
    name: 'mosaic_http_request_duration_seconds',
    help: 'Answered requests, by the route that was found.',
    labelNames: ['method', 'route', 'status'],
    buckets: quick,
  }),
  commands: counter({
    name: 'mosaic_commands_total',
    help: 'Commands by what came of them: done, nothing to do, unknown (the store was away), or the code of the refusal.',
    labelNames: ['command', 'outcome'],
  }),
  appends: histogram({
    name: 'mosaic_append_duration_seconds',
    help: 'Appends to the event store: written, conflict, unavailable.',
    labelNames: ['outcome'],
    buckets: quick,
  }),
  events: counter({
    name: 'mosaic_events_appended_total',
    help: 'Events that this process has written, by type.',
    labelNames: ['type'],
  }),
  sessions: sampled({ name: 'mosaic_sessions', help: 'Sessions that the orchestrator keeps.', labelNames: ['status'] }),
  waiting: sampled({ name: 'mosaic_sessions_waiting', help: 'Sessions that wait for their turn.' }),
  tasks: sampled({ name: 'mosaic_tasks', help: 'Tasks that have not ended.', labelNames: ['status'] }),
  oldestTask: sampled({
    name: 'mosaic_tasks_oldest_wait_seconds',
    help: 'How long the pending task has waited that has waited longest; 0 when none does.',
  }),
  checks: counter({
    name: 'mosaic_quality_checks_total',
    help: 'Changes that were to pass gates: approved, rejected, undecided.',
    labelNames: ['stage', 'outcome'],
  }),
  gates: histogram({
    name: 'mosaic_quality_gate_duration_seconds',
    help: 'Gates: passed, failed.',
    labelNames: ['gate', 'outcome'],
    buckets: slow,
  }),
  modelCalls: histogram({
    name: 'mosaic_model_call_duration_seconds',
    help: 'Calls of models: answered, aborted, or why the model could not be had.',
    labelNames: ['provider', 'outcome'],
    buckets: slow,
  }),
  modelTokens: counter({
    name: 'mosaic_model_tokens_total',
    help: 'Tokens as the servers count them.',
    labelNames: ['provider', 'kind'],
  }),
  sandboxCommands: histogram({
    name: 'mosaic_sandbox_command_duration_seconds',
    help: 'Commands in sandboxes: succeeded, failed, timed out, aborted, disk full.',
    labelNames: ['sandbox', 'outcome'],
    buckets: slow,
  }),
  kills: histogram({
    name: 'mosaic_kill_duration_seconds',
    help: 'From the request of a kill to the proof that nothing is left.',
    buckets: quick,
  }),
  relayed: counter({ name: 'mosaic_relay_events_total', help: 'Events that JetStream has acknowledged.' }),
  relayLag: sampled({
    name: 'mosaic_relay_lag_events',
    help: 'Events of the log that JetStream has not acknowledged; NaN while that is not known.',
  }),
  projected: counter({
    name: 'mosaic_projection_events_total',
    help: 'Events of committed batches.',
    labelNames: ['projection'],
  }),
  projectionBacklog: sampled({
    name: 'mosaic_projection_backlog_events',
    help: 'Events that a projection has yet to take in (its lag, counted up to 1000; NaN while not known), or has parked.',
    labelNames: ['projection', 'kind'],
  }),
}
