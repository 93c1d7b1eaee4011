// Probe of EventStoreDB's gRPC protocol through its public client; see README.md.
import { main } from './runner.mjs'
import append from './scenarios/append.mjs'
import read from './scenarios/read.mjs'
import all from './scenarios/all.mjs'
import subscribe from './scenarios/subscribe.mjs'
import remove from './scenarios/delete.mjs'
import metadata from './scenarios/metadata.mjs'
import persistent from './scenarios/persistent.mjs'
import concurrency from './scenarios/concurrency.mjs'
import server from './scenarios/server.mjs'
import raw from './scenarios/raw.mjs'

const groups = { append, read, all, subscribe, delete: remove, metadata, persistent, concurrency, server, raw }
const scenarios = Object.entries(groups).flatMap(([group, set]) =>
  Object.entries(set).map(([name, fn]) => [`${group}/${name}`, fn]),
)

await main(Object.fromEntries(scenarios))
