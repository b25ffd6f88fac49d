import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

const page = '<!doctype html><title>Fairlead</title>'
let folder: string
let api: TestApi

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-web-'))
  await Promise.all([mkdir(join(folder, '.vite')), mkdir(join(folder, 'assets'))])
  await writeFile(join(folder, 'index.html'), page)
  await writeFile(join(folder, 'mark.svg'), '<svg/>')
  await writeFile(join(folder, 'assets', 'first-1a2b.js'), '0')
  const preloads = { visitor: ['/assets/entrance.js', '/assets/field.js'], member: ['/assets/shell.js'] }
  await writeFile(join(folder, '.vite', 'preloads.json'), JSON.stringify(preloads))
  api = await startTestApi({ webFolder: folder })
})
afterAll(async () => {
  await api.close()
  await rm(folder, { recursive: true })
})

const get = async (path: string, cookie = '') => {
  const answer = await fetch(new URL(path, api.url), { headers: { cookie } })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

describe('the web app', () => {
  test('its one page answers at each of its addresses, and is asked for again each time', async () => {
    for (const path of [
      '/',
      '/index.html',
      '/conversations/bounced',
      '/no.such.file',
      '/.vite/preloads.json',
    ]) {
      const { status, headers, text } = await get(path)
      expect({ path, status, text }).toEqual({ path, status: 200, text: page })
      expect(headers.get('cache-control')).toBe('no-cache')
    }
  })

  test('names what a visitor, or somebody with a session, is about to load', async () => {
    const visitor = await get('/')
    expect(visitor.headers.get('link')).toBe(
      '</assets/entrance.js>; rel=modulepreload; crossorigin, </assets/field.js>; rel=modulepreload; crossorigin',
    )
    const member = await get('/compose', 'theme=dark; fairlead.session_token=abc')
    expect(member.headers.get('link')).toBe('</assets/shell.js>; rel=modulepreload; crossorigin')
    expect((await get('/mark.svg')).headers.get('link')).toBeNull()
  })

  test('keeps files with a hash in their name for a year, and says so of nothing that is missing', async () => {
    expect((await get('/assets/first-1a2b.js')).headers.get('cache-control')).toBe(
      'public, max-age=31536000, immutable',
    )
    expect((await get('/assets/first-0000.js')).status).toBe(404)
  })

  test('gives nothing from outside its folder', async () => {
    await writeFile(join(folder, '..', `${basename(folder)}.txt`), 'kept to itself')
    const outside = `${basename(folder)}.txt`
    for (const way of ['/assets/../../', '/assets/%2e%2e/%2e%2e/', '/assets/..%2f..%2f', '/..%2f'])
      expect({ way, got: await getAsWritten(way + outside) }).toEqual({
        way,
        got: expect.not.stringContaining('kept to itself'),
      })
    await rm(join(folder, '..', outside))
  })
})

/** fetch takes the dots out of a path. */
async function getAsWritten(path: string): Promise<string> {
  const asked = request({ host: '127.0.0.1', port: new URL(api.url).port, path }).end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return text(answer)
}
