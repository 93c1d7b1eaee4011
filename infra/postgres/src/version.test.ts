import { expect, test } from 'vitest'
import { PostgresTooOldError, requireVersion } from './version.ts'

test.each([150_004, 140_011, 90_624])('version %i is refused by name', (version) => {
  expect(() => requireVersion(version, 'db.example.invalid')).toThrow(PostgresTooOldError)
})

test('the refusal names the server, its version and what is needed', () => {
  expect(() => requireVersion(150_004, 'db.example.invalid')).toThrow(
    'Postgres at db.example.invalid is version 15.4; 16 or newer is needed (MOSAIC_POSTGRES_URL)',
  )
})

test.each([160_000, 180_001])('version %i is fine', (version) => {
  expect(() => requireVersion(version, 'localhost')).not.toThrow()
})
