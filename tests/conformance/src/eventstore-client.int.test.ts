import * as eventstore from '@eventstore/db-client'
import { clientSuite } from './client-suite.ts'

clientSuite('@eventstore/db-client', {
  ...eventstore,
  connect: (url) => eventstore.EventStoreDBClient.connectionString(url),
  expecting: (expectedRevision) => ({ expectedRevision }),
})
