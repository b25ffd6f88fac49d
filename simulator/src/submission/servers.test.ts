import nodemailer from 'nodemailer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, openBench } from '../testing/with-simulator.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

interface Login {
  readonly host?: string
  readonly user?: string
  readonly password?: string
  readonly isSecure?: boolean
}

function send(
  to: string,
  { host = 'smtp.acme.example', user = 'ann@acme.example', password = 'x', isSecure }: Login = {},
) {
  const { address, port, securePort, authority } = bench.simulator.submission
  const transport = nodemailer.createTransport({
    host: address,
    port: isSecure ? securePort : port,
    secure: isSecure === true,
    requireTLS: true,
    tls: { servername: host, ca: [authority] },
    auth: { user, pass: password },
  })
  return transport
    .sendMail({ from: 'ann@acme.example', to, subject: 'Hello', text: 'Hi' })
    .finally(() => transport.close())
}

describe('a mail server of one’s own in the small internet', () => {
  test.each([false, true])('takes mail and hands it on; TLS from the first byte: %s', async isSecure => {
    const to = `bob-${isSecure}@north.example`
    const sent = await send(to, { isSecure })
    expect(sent.response).toMatch(/^250 /)
    expect((await bench.client.received({ to })).messages).toMatchObject([
      { mailFrom: 'ann@acme.example', isTls: true },
    ])
  })

  test('recipients do what they do anywhere', async () => {
    await expect(send('missing@north.example')).rejects.toMatchObject({ responseCode: 550 })
  })

  test.each<[string, Login, number | string]>([
    ['a login that is refused', { user: 'wrong-password@acme.example' }, 535],
    ['the word wrong as password', { password: 'wrong' }, 535],
    ['an app password that is wanted', { user: 'app-password' }, 534],
    ['SMTP that is switched off', { user: 'smtp-off' }, 535],
    ['another sender than the login', { user: 'one-sender@acme.example' }, 553],
    ['a limit that is used up', { user: 'over-limit' }, 550],
    ['an expired certificate', { host: 'expired.sandbox.test' }, 'expired'],
    ['a certificate for another name', { host: 'other-name.sandbox.test' }, 'altnames'],
    ['a certificate that nobody vouches for', { host: 'self-signed.sandbox.test' }, 'self-signed'],
  ])('%s', async (_what, login, expected) => {
    const error = (await send('bob@north.example', login).catch((caught: unknown) => caught)) as Error & {
      responseCode?: number
      code?: string
    }
    expect(error).toBeInstanceOf(Error)
    if (typeof expected === 'number') expect(error.responseCode).toBe(expected)
    else expect(`${error.message} ${error.code}`).toContain(expected)
  })

  test('nobody hands over mail without a login', async () => {
    const { address, port, authority } = bench.simulator.submission
    const transport = nodemailer.createTransport({
      host: address,
      port,
      tls: { servername: 'a.example', ca: [authority] },
    })
    const sending = transport.sendMail({ from: 'ann@acme.example', to: 'bob@north.example', text: 'Hi' })
    await expect(sending).rejects.toMatchObject({ responseCode: 530 })
    transport.close()
  })
})
