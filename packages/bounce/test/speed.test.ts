/** Parse-only speed beside postal-mime alone, on the same files in the same run. The two take turns. */
import { performance } from 'node:perf_hooks'
import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { readReturnedMail } from '../src/index.ts'
import { mailsIn } from './testing/corpus.ts'

const mails = mailsIn('public').map(one => one.mail)
/** Best of so many rounds: other work on the machine takes from single ones. */
const rounds = Number(process.env.FAIRLEAD_SPEED_ROUNDS ?? 5)

const perSecond = (from: number): number => (1000 * mails.length) / (performance.now() - from)

test('at least 0.6 times as fast as postal-mime alone', async () => {
  let ours = 0
  let theirs = 0
  for (let round = 0; round < rounds; round++) {
    let from = performance.now()
    for (const mail of mails) readReturnedMail(mail)
    ours = Math.max(ours, perSecond(from))
    from = performance.now()
    for (const mail of mails) await PostalMime.parse(mail)
    theirs = Math.max(theirs, perSecond(from))
  }
  console.info(
    `speed: ${ours.toFixed(0)} mails/s, postal-mime alone ${theirs.toFixed(0)} mails/s, ratio ${(ours / theirs).toFixed(2)}`,
  )
  expect(ours / theirs).toBeGreaterThan(0.6)
})

/** 2 MB in the places where a mail may carry them. */
function twoMegabytes(): Readonly<Record<string, Uint8Array>> {
  const line = `${'word '.repeat(14)}\n`
  const bulk = line.repeat(Math.ceil(2_000_000 / line.length))
  const head = 'From: MAILER-DAEMON@example.net\nTo: a@example.com\nSubject: Undelivered Mail\n'
  const report = `${head}Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: text/plain\n\nfailed\n`
  const fields =
    '--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; n@example.org\nAction: failed\n'
  const all = {
    'in its text': `${head}\n<n@example.org>: 550 no such user\n${bulk}`,
    'in the returned message': `${report}${fields}--b\nContent-Type: message/rfc822\n\nMessage-ID: <1@a>\n\n${bulk}\n--b--\n`,
    'before the report': `${report}${bulk}\n${fields}--b--\n`,
    'in HTML': `${head}Content-Type: text/html\n\n<p>${bulk.replaceAll('word', '<b>&amp;')}`,
    'in base64': `${head}Content-Transfer-Encoding: base64\n\n${Buffer.from(bulk).toString('base64').replace(/.{76}/g, '$&\n')}`,
  }
  return Object.fromEntries(Object.entries(all).map(([name, text]) => [name, Buffer.from(text)]))
}

test.each(Object.entries(twoMegabytes()))('a mail with 2 MB %s takes less than 0.2 s', (name, mail) => {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 3; round++) {
    const from = performance.now()
    readReturnedMail(mail)
    best = Math.min(best, performance.now() - from)
  }
  console.info(`2 MB ${name}: ${best.toFixed(1)} ms`)
  expect(best).toBeLessThan(200)
})
