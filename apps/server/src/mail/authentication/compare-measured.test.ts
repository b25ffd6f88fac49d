import { expect, it } from 'vitest'
import { differenceSentence, differencesOf, type PredictedMail } from './compare-measured.ts'

const predicted: PredictedMail = {
  from: 'ines@brightwater.example',
  spf: { domain: 'bounces.mail.example', result: 'pass' },
  dkim: ['brightwater.example', 'mail.example'],
  dmarc: 'pass',
}
const signed = (domain: string, result = 'pass') => ({
  ...{ domain, result, selector: 's', algorithm: 'rsa-sha256' },
})
const measured = {
  from: 'Ines@Brightwater.example',
  spf: { domain: 'Bounces.mail.example', result: 'pass' },
  dkim: [signed('Mail.example'), signed('brightwater.example'), signed('brightwater.example')],
  dmarc: { result: 'pass', domain: 'brightwater.example', policy: 'reject' },
  arc: null,
}

it('finds none where everything is as predicted, in any case and order', () => {
  expect(differencesOf(predicted, measured)).toEqual([])
})

it.each([
  ['from', { from: 'ines@gmail.example' }],
  ['from', { from: null }],
  ['spf', { spf: { domain: 'bounces.mail.example', result: 'softfail' } }],
  ['spf', { spf: { domain: 'elsewhere.example', result: 'pass' } }],
  ['dkim', { dkim: [signed('brightwater.example')] }],
  ['dkim', { dkim: [signed('brightwater.example', 'fail'), signed('mail.example')] }],
  ['dkim', { dkim: [] }],
  ['dmarc', { dmarc: { result: 'fail', domain: 'brightwater.example', policy: 'reject' } }],
])('finds a difference in %s: %j', (topic, change) => {
  expect(differencesOf(predicted, { ...measured, ...change }).map(one => one.topic)).toEqual([topic])
})

it.each([
  ['what was not predicted', { spf: null, dkim: null, dmarc: null }, { spf: null, dkim: [], dmarc: null }],
  ['what could not be measured', {}, { spf: null, dmarc: null }],
  [
    'a look-up that failed',
    {},
    {
      spf: { domain: 'x.example', result: 'temperror' },
      dkim: [signed('x.example', 'temperror')],
      dmarc: { result: 'temperror', domain: null, policy: null },
    },
  ],
])('says nothing of %s', (_, before, after) => {
  expect(differencesOf({ ...predicted, ...before }, { ...measured, ...after })).toEqual([])
})

it('names both in words', () => {
  const [found] = differencesOf(predicted, { ...measured, dkim: [] })
  expect(found && differenceSentence(found)).toBe(
    'Valid signatures: the card says brightwater.example, mail.example; measured was none.',
  )
})
