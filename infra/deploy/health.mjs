// The containers' health check: exit code 0 when this service says that it is healthy or degraded.
const port = process.env['MOSAIC_PORT']
const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(4000) }).catch(
  () => undefined,
)
process.exitCode = answer?.ok ? 0 : 1
