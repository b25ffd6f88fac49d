import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bench, openBench } from '../testing/with-simulator.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const call = (path: string, init?: RequestInit) => fetch(bench.simulator.control + path, init)
const ours = { 'x-fairlead-simulator': '1' }

test('changes need the header that no foreign page can send', async () => {
  expect((await call('/received', { method: 'DELETE' })).status).toBe(403)
  expect((await call('/zone', { method: 'PUT', body: '[]' })).status).toBe(403)
  const preflight = await call('/zone', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })
  expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
  expect((await call('/received', { method: 'DELETE', headers: ours })).status).toBe(200)
})

test('a foreign Host is refused', async () => {
  const status = await new Promise(resolve => {
    request(`${bench.simulator.control}/received`, { headers: { host: 'evil.example' } }, r => {
      r.resume()
      resolve(r.statusCode)
    }).end()
  })
  expect(status).toBe(403)
})

test.each([
  ['GET', '/nothing', undefined, 404],
  ['POST', '/zone', '[]', 405],
  ['PUT', '/zone', '{', 400],
  ['PUT', '/zone', '{}', 400],
  ['PUT', '/options', '{"slowMs":-1}', 400],
  ['PUT', '/options', '{"nope":1}', 400],
  ['GET', '/received/unknown/raw', undefined, 404],
  ['GET', '/received?limit=x', undefined, 400],
  ['PUT', '/zone', `"${'x'.repeat(9 << 20)}"`, 413],
])('%s %s %s is answered %i', async (method, path, body, status) => {
  const answered = await call(path, { method, headers: ours, ...(body === undefined ? {} : { body }) })
  expect(answered.status).toBe(status)
  expect(await answered.json()).toHaveProperty('error')
})

test('wait: by count, after an id, and honest when the time is over', async () => {
  const mail = { from: 'a@b.example', subject: 'w', text: 'x' }
  const two = bench.client.wait({ to: '@wait.example', count: 2 })
  await bench.transport.sendMail({ ...mail, to: 'one@wait.example' })
  await bench.transport.sendMail({ ...mail, to: 'two@wait.example' })
  const [, second] = await two
  await expect(
    bench.client.wait({ to: '@wait.example', after: second?.id ?? '', timeoutMs: 50 }),
  ).rejects.toThrow('only 0 arrived')
  expect((await bench.client.received({ from: 'A@B.example', to: 'one@wait.example' })).total).toBe(1)
})

test('the behaviours are listed for people', async () => {
  const { recipients, domains } = await (await call('/behaviours')).json()
  expect(recipients.map(({ localPart }: { localPart: string }) => localPart)).toEqual(
    expect.arrayContaining(['missing', 'greylist', 'bounce-later', 'complain', 'reply', 'cut-after-data']),
  )
  expect(domains).toContainEqual({ domain: 'nomail.example', says: expect.stringContaining('null MX') })
})
