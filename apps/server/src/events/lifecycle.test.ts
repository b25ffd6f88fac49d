import { reasonCodes } from '@fairlead/bounce'
import { type DeliveryState, deliveryStates, folders } from '@fairlead/contract'
import { expect, test } from 'vitest'
import { type DeliveryEvent, deliveryEvents, folderOf, isOurFailure, nextState } from './lifecycle.ts'

const events = Object.keys(deliveryEvents) as DeliveryEvent[]
const edgesFrom = (state: DeliveryState) => events.flatMap(event => nextState(state, event) ?? [])

test('every state can be reached from queued', () => {
  const reached = new Set<DeliveryState>(['queued'])
  for (const state of reached) for (const next of edgesFrom(state)) reached.add(next)
  expect([...reached].sort()).toEqual([...deliveryStates].sort())
})

test('complained, suppressed and cancelled are final', () => {
  for (const state of ['complained', 'suppressed', 'cancelled'] as const) expect(edgesFrom(state)).toEqual([])
})

test('nothing leads back to the queue from a state in which the mail may have left, but an answer or a person', () => {
  const waysBack = (['sending', 'uncertain', 'accepted', 'delivered', 'bounced'] as const).flatMap(state =>
    events.filter(event => nextState(state, event) === 'queued').map(event => `${state} ${event}`),
  )
  expect(waysBack).toEqual(['sending deferred', 'uncertain deferred', 'uncertain retried', 'bounced retried'])
})

test('only the mark leads to sending, and only a claim can be marked', () => {
  const ways = deliveryStates.flatMap(state =>
    events.filter(event => nextState(state, event) === 'sending').map(event => `${state} ${event}`),
  )
  expect(ways).toEqual(['claimed marked'])
})

test('uncertain is only for what was sending', () => {
  const ways = deliveryStates.flatMap(state =>
    events.filter(event => nextState(state, event) === 'uncertain').map(event => `${state} ${event}`),
  )
  expect(ways).toEqual(['sending lapsed', 'sending lostTrack'])
})

test('every state and reason has exactly one folder; only a cancelled delivery has none', () => {
  for (const state of deliveryStates) {
    for (const reasonCode of [null, ...reasonCodes]) {
      const folder = folderOf({ state, reasonCode, isArchived: false })
      if (state === 'cancelled') expect(folder).toBeNull()
      else expect(folders).toContain(folder)
    }
  }
})

test.each([
  ['refused', 'recipient.unknown', 'bounced'],
  ['refused', 'policy.rule', 'bounced'],
  ['refused', 'reputation.blocked', 'bounced'],
  ['refused', 'size.message', 'bounced'],
  ['refused', 'size.channel', 'failed'],
  ['refused', 'identity.not-permitted', 'failed'],
  ['expired', 'transport.network', 'bounced'],
  ['expired', 'link.gone', 'failed'],
  ['bounced', 'local.error', 'bounced'],
  ['suppressed', 'local.suppressed', 'failed'],
] as const)('%s for %s is shown in %s', (state, reasonCode, folder) => {
  expect(folderOf({ state, reasonCode, isArchived: false })).toBe(folder)
})

test('archiving moves what arrived, and nothing else', () => {
  expect(folderOf({ state: 'delivered', reasonCode: null, isArchived: true })).toBe('archived')
  expect(folderOf({ state: 'bounced', reasonCode: 'quota.full', isArchived: true })).toBe('bounced')
  expect(isOurFailure(null)).toBe(false)
})
