import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendAs } from './testing/deliveries.ts'
import { callApi, startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

/** Bytes as they stand, to see how the server takes what no client would send. */
async function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(api.url)
  const socket = connect(Number(port), hostname)
  socket.end(text.replaceAll('\n', '\r\n').replace('KEY', api.ann.key))
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

describe('a body', () => {
  it.each([
    ['broken', '{"to": ['],
    ['no object', '[]'],
    ['null', 'null'],
    ['a text', '"hello"'],
    ['deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['with __proto__', '{"__proto__": {"role": "admin"}}'],
    ['with a constructor', '{"constructor": {"prototype": {"role": "admin"}}}'],
  ])('that is %s is refused', async (_, body) => {
    const answer = await api.ann.call('POST', '/emails', { body })
    expect(answer.status).toBe(400)
    expect(answer.body.code).toMatch(/^request\./)
  })

  it('of another type is refused', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'x',
    ]) {
      const answer = await api.ann.call('POST', '/emails', { body: 'a=b', headers: { 'content-type': type } })
      expect(answer.body).toMatchObject({ status: 415, code: 'request.unsupported-type' })
    }
  })

  it('takes the last of two equal fields, and checks that one', async () => {
    const body = '{"to": ["carl"], "to": ["carl@north.example"], "subject": "x", "text": "x"}'
    expect((await api.ann.call('POST', '/emails', { body })).status).toBe(202)
  })

  it('may be 40 MB where an email is sent, and 1 MB elsewhere; announced or not', async () => {
    const over = await api.ann.call('POST', '/identities', {
      body: JSON.stringify({ name: 'x'.repeat(1_000_001) }),
    })
    expect(over.body).toMatchObject({ status: 413, code: 'request.too-large', params: { limitMegabytes: 1 } })
    const large = { to: ['c@north.example'], subject: 'x', text: 'x'.repeat(2_000_000) }
    expect((await api.ann.call('POST', '/emails', { body: large })).status).toBe(202)
    const answer = await raw(
      `POST /api/v1/emails HTTP/1.1\nhost: x\nauthorization: Bearer KEY\ncontent-type: application/json\ncontent-length: 60000000\n\n{`,
    )
    expect(answer).toContain('413')
    expect(answer).toContain('"limitMegabytes":4')
  })

  it('of somebody without a key is not read', async () => {
    const answer = await raw(
      'POST /api/v1/emails HTTP/1.1\nhost: x\ncontent-type: application/json\ncontent-length: 39000000\n\n{',
    )
    expect(answer).toContain('401')
  })
})

it('two requests in one (smuggling) are refused', async () => {
  const answer = await raw(
    'POST /api/v1/emails HTTP/1.1\nhost: x\nauthorization: Bearer KEY\ncontent-length: 5\ntransfer-encoding: chunked\n\n0\n\nGET /api/v1/me HTTP/1.1\n\n',
  )
  expect(answer).toContain('400')
  expect(answer).not.toContain('200 OK')
})

it('the log holds neither key nor subject nor body nor addresses', async () => {
  await sendAs(api.ann, { subject: 'Very private', text: 'Top secret text', to: ['hidden@north.example'] })
  await api.ann.call('GET', '/conversations?q=hiddenword')
  await api.ann.call('POST', '/emails', { body: { subject: 'Broken and private' } })
  const log = api.log.join('')
  expect(log).toContain('/api/v1/conversations')
  for (const secret of [api.ann.key, 'private', 'secret text', 'hidden']) expect(log).not.toContain(secret)
})

describe('too many requests', () => {
  it('of one key are slowed down, others go on', async () => {
    const busy = await startTestApi({ rates: { perKey: 5 } })
    const statuses = []
    for (let n = 0; n < 7; n++) statuses.push((await busy.ann.call('GET', '/me')).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429])
    const answer = await busy.ann.call('GET', '/me')
    expect(answer.body).toMatchObject({
      code: 'rate.limited',
      params: { retryAfterSeconds: expect.any(Number) },
    })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await busy.bob.call('GET', '/me')).status).toBe(200)
    await busy.close()
  })

  it('with guessed keys are slowed down by address, and good keys from there go on', async () => {
    const busy = await startTestApi({ rates: { perAddress: 3 } })
    const guess = (n: number) =>
      callApi(busy.url, {
        method: 'GET',
        path: '/me',
        headers: { authorization: `Bearer flk_${'y'.repeat(39)}${n}` },
      })
    const statuses = []
    for (let n = 0; n < 5; n++) statuses.push((await guess(n)).status)
    expect(statuses).toEqual([401, 401, 401, 429, 429])
    expect((await callApi(busy.url, { method: 'GET', path: '/api/docs' })).status).toBe(429)
    expect((await busy.ann.call('GET', '/me')).status).toBe(200)
    await busy.close()
  })
})

describe('closing', () => {
  it('lets a running request end, and refuses the next', async () => {
    const closing = await startTestApi()
    const { hostname, port } = new URL(closing.url)
    const body = JSON.stringify({ to: ['carl@north.example'], subject: 'Offer', text: 'Good morning' })
    const socket = connect(Number(port), hostname)
    socket.write(
      `POST /api/v1/emails HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${closing.ann.key}\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n`,
    )
    const [first] = await once(socket, 'data')
    expect(String(first)).toContain('100 Continue')
    const closed = closing.http.close()
    expect((await closing.ann.call('GET', '/me')).body).toMatchObject({ code: 'service.unavailable' })
    socket.write(body)
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toContain('202 Accepted')
    await closed
    await expect(closing.ann.call('GET', '/me')).rejects.toThrow()
    await closing.database.close()
  })
})

it('a port that is taken is said in plain words', async () => {
  const port = Number(new URL(api.url).port)
  await expect(startTestApi({ http: { host: '127.0.0.1', port, trustedProxies: [] } })).rejects.toThrow(
    /Port \d+ on 127.0.0.1 is in use\. Stop what uses it, or set FAIRLEAD_PORT/,
  )
})
