import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Envelope } from './envelope.ts'
import { CredentialFault } from './fault.ts'
import { masterKeys } from './master-keys.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mosaic-credentials-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const path = () => join(folder, 'credentials.json')
const keyFile = () => join(folder, 'master-key')
const open = ({ instance = 'here', given }: { instance?: string; given?: string } = {}) =>
  new Envelope({ path: path(), instance, keys: masterKeys({ file: keyFile(), given }) })
const model = (name: string) => ({ kind: 'model', name })
const secret = { apiKey: 'a key that nobody sees', baseUrl: 'http://127.0.0.1:1' }
const bytes = (fill: number) => Buffer.alloc(32, fill).toString('base64')

type Stored = { credentials: { kind: string; name: string; keyId: string; sealed: string }[] }
const stored = () => JSON.parse(readFileSync(path(), 'utf8')) as Stored
function change(edit: (content: Stored) => void): void {
  const content = stored()
  edit(content)
  writeFileSync(path(), JSON.stringify(content))
}
function faultOf(act: () => unknown): CredentialFault {
  try {
    act()
  } catch (error) {
    if (error instanceof CredentialFault) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

test('what is put in comes out, for another process too, and the file tells nothing of it', () => {
  open().put(model('anthropic'), secret).commit()
  open().put(model('ollama'), { apiKey: null }).commit()
  expect(open().names('model')).toEqual(['anthropic', 'ollama'])
  expect(open().names('peer')).toEqual([])
  expect(open().open(model('anthropic'))).toEqual(secret)
  expect(open().open(model('nobody'))).toBeUndefined()
  expect(readFileSync(path(), 'utf8')).not.toMatch(/nobody sees|127\.0\.0\.1/)
  for (const file of [path(), keyFile()]) expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a draft counts once it is committed, and leaves nothing when it is discarded', () => {
  open().put(model('anthropic'), secret).discard()
  expect(open().names('model')).toEqual([])
  open().put(model('anthropic'), secret).commit()
  open().remove(model('anthropic')).commit()
  expect(open().names('model')).toEqual([])
})

test('every bit of what is sealed counts', () => {
  open().put(model('anthropic'), secret).commit()
  const { sealed } = stored().credentials[0]!
  const whole = Buffer.from(sealed, 'base64url')
  fc.assert(
    fc.property(fc.nat(whole.length * 8 - 1), (bit) => {
      const changed = Buffer.from(whole)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      change(({ credentials }) => (credentials[0]!.sealed = changed.toString('base64url')))
      expect(faultOf(() => open().open(model('anthropic'))).code).toBe('TAMPERED')
    }),
  )
})

test('a credential opens under its own name, kind and key, in its own instance', () => {
  open().put(model('anthropic'), secret).commit()
  expect(faultOf(() => open({ instance: 'elsewhere' }).open(model('anthropic'))).code).toBe('TAMPERED')
  change(({ credentials }) => (credentials[0]!.name = 'other'))
  expect(faultOf(() => open().open(model('other'))).code).toBe('TAMPERED')
  change(({ credentials }) => (credentials[0]!.kind = 'peer'))
  expect(faultOf(() => open().open({ kind: 'peer', name: 'other' })).code).toBe('TAMPERED')
})

test('without its master key a credential says which one it needs', () => {
  open().put(model('anthropic'), secret).commit()
  const { keyId } = stored().credentials[0]!
  rmSync(keyFile())
  const fault = faultOf(() => open().open(model('anthropic')))
  expect(fault.code).toBe('KEY_MISSING')
  expect(fault.message).toContain(keyId)
  open().put(model('anthropic'), secret).commit()
  expect(open().open(model('anthropic'))).toEqual(secret)
})

test('a file that is not understood is refused, and never written over', () => {
  writeFileSync(path(), '{"format":"mosaic-credentials","version":2,"credentials":[]}')
  expect(faultOf(() => open().names('model')).code).toBe('UNREADABLE')
  expect(faultOf(() => open().put(model('anthropic'), secret)).code).toBe('UNREADABLE')
})

test('a rotation seals all anew and forgets the key before', () => {
  open().put(model('anthropic'), secret).commit()
  open().put(model('ollama'), { apiKey: null }).commit()
  const before = stored()
  const keyBefore = readFileSync(keyFile(), 'utf8')
  const { keyId, credentials } = open().rotate()
  expect(credentials).toBe(2)
  expect(stored().credentials.map((one) => one.keyId)).toEqual([keyId, keyId])
  expect(before.credentials[0]!.keyId).not.toBe(keyId)
  expect(readFileSync(keyFile(), 'utf8')).not.toContain(keyBefore.trim())
  expect(open().open(model('anthropic'))).toEqual(secret)
})

test('a rotation that is cut off before anything was sealed leaves all of it open', () => {
  open().put(model('anthropic'), secret).commit()
  masterKeys({ file: keyFile() }).next()
  expect(open().open(model('anthropic'))).toEqual(secret)
  open().rotate()
  expect(open().open(model('anthropic'))).toEqual(secret)
  expect(readFileSync(keyFile(), 'utf8').trim().split('\n')).toHaveLength(1)
})

test('what does not open keeps a rotation from beginning', () => {
  open().put(model('anthropic'), secret).commit()
  change(({ credentials }) => (credentials[0]!.sealed = credentials[0]!.sealed.replace(/^.{4}/, 'AAAA')))
  const keyBefore = readFileSync(keyFile(), 'utf8')
  expect(faultOf(() => open().rotate()).code).toBe('TAMPERED')
  expect(readFileSync(keyFile(), 'utf8')).toBe(keyBefore)
})

test('a key from outside seals; those after it, and the file, open until the next rotation', () => {
  open().put(model('first'), secret).commit()
  open({ given: bytes(1) })
    .put(model('second'), secret)
    .commit()
  const both = `${bytes(2)},${bytes(1)}`
  expect(open({ given: both }).rotate().credentials).toBe(2)
  for (const name of ['first', 'second']) expect(open({ given: bytes(2) }).open(model(name))).toEqual(secret)
  expect(faultOf(() => open().open(model('first'))).code).toBe('KEY_MISSING')
})
