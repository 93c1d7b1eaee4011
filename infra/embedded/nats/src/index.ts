export { pingNats } from './ping-nats.ts'
export { type NatsOptions, NatsStartError, type RunningNats, startNats } from './start-nats.ts'
