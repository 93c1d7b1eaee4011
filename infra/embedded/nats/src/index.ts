export { type NatsOptions, NatsStartError, pingNats, type RunningNats, startNats } from './start-nats.ts'
