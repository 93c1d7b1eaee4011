import { expect, test } from 'vitest'
import { concernedBy } from './concerned-by.ts'

const services = ['scripted-model', 'relay', 'projector', 'coordinator', 'orchestrator', 'gateway']

test.each([
  ['services/relay/src/relay.ts', ['relay']],
  ['projections/projector/src/hub.ts', ['projector']],
  ['infra/embedded/eventstore-node/src/node.ts', ['eventstore']],
  ['contracts/kernel/ids.ts', services],
  ['projections/views/src/lifecycle.ts', services],
  ['infra/http/src/app.ts', services],
  ['infra/embedded/local-tier/src/dev.ts', []],
  ['infra/deploy/README.md', []],
  ['services/relay/src/relay.int.test.ts', []],
  ['services/gateway/test/gateway.ts', []],
  ['ui/console/src/main.ts', []],
])('%s is run by %j', (file, components) => {
  expect(concernedBy(file).toSorted()).toEqual(components.toSorted())
})
