export { type NatsOptions, NatsStartError, type RunningNats, startNats } from './start-nats.ts'
