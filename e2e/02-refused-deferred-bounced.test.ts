import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { has } from '../apps/server/src/testing/needs.ts'
import { type LiveWorld, openLiveWorld } from './testing/live-world.ts'

describe.runIf(has('postfix', 'bind'))(
  'what a real Postfix says becomes the truth about each delivery',
  () => {
    let world: LiveWorld

    beforeAll(async () => {
      world = await openLiveWorld({
        answers: {
          'nobody@customer.test':
            '550 5.1.1 <nobody@customer.test>: Recipient address rejected: User unknown in virtual mailbox table',
          'grey@customer.test':
            '450 4.2.0 <grey@customer.test>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/customer.test.html',
        },
        bouncesLater: ['later@customer.test'],
        zones: {
          'nomail.test': ['@ MX 0 .'],
          'half-dead.test': ['@ MX 5 dead', '@ MX 10 mx.customer.test.', 'dead A 127.0.0.250'],
          'inside.test': ['@ MX 10 mx', 'mx A 10.1.2.3'],
        },
      })
      await world.start()
    })
    afterAll(() => world?.close())

    const send = async (to: string) => (await world.api.send({ to: [to] })).id

    test('an unknown user is refused at once, in the words of their server', async () => {
      const email = await world.api.until(
        await send('nobody@customer.test'),
        all => all[0]?.state === 'refused',
      )
      expect(email.deliveries[0]).toMatchObject({
        folder: 'bounced',
        reason: { code: 'recipient.unknown', replyCode: 550, status: '5.1.1' },
      })
      expect(email.deliveries[0]?.reason?.reply).toContain('User unknown in virtual mailbox table')
    })

    test('greylisting is waiting, with a time', async () => {
      const email = await world.api.until(await send('grey@customer.test'), all => all[0]?.tries === 1)
      expect(email.deliveries[0]).toMatchObject({
        state: 'queued',
        folder: 'in-progress',
        reason: { code: 'rate.greylisted' },
      })
      expect(email.deliveries[0]?.eta?.at).not.toBeNull()
    })

    test('a mailbox that bounces later is delivered first, and bounced when the notice comes', async () => {
      const id = await send('later@customer.test')
      const email = await world.api.until(id, all => all[0]?.state === 'bounced')
      expect(email.deliveries[0]).toMatchObject({
        folder: 'bounced',
        reason: { code: 'recipient.unknown', status: '5.1.1' },
      })
      expect(email.events.map(event => event.kind)).toEqual(['released', 'delivered', 'bounced'])
      const [delivered, bounced] = email.events.slice(1).map(event => Date.parse(event.recordedAt))
      expect((bounced ?? 0) - (delivered ?? 0)).toBeLessThan(5_000)
    })

    test('a null MX is refused without a connection', async () => {
      const email = await world.api.until(
        await send('anyone@nomail.test'),
        all => all[0]?.state === 'refused',
      )
      expect(email.deliveries[0]?.reason?.code).toBe('domain.no-mail')
    })

    test('a domain that does not exist is refused', async () => {
      const email = await world.api.until(
        await send('anyone@no-such-domain.customer.test'),
        all => all[0]?.state === 'refused',
      )
      expect(email.deliveries[0]?.reason?.code).toBe('domain.unknown')
    })

    test('a mail server with a private address is not connected to', async () => {
      const email = await world.api.until(
        await send('anyone@inside.test'),
        all => all[0]?.reason?.code !== undefined,
      )
      expect(email.deliveries[0]?.reason?.code).toBe('transport.private-address')
    })

    test('a dead first mail server is passed over', async () => {
      const email = await world.api.until(
        await send('anyone@half-dead.test'),
        all => all[0] !== undefined && all[0].attempts.length > 0,
      )
      expect(email.deliveries[0]?.attempts[0]?.host).toBe('mx.customer.test')
    })
  },
)
