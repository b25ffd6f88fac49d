import { Problem, smtpPresets } from '@fairlead/contract'
import { parseAddress } from '../mail/address.ts'
import { api } from './api.ts'
import { channelOf } from './find-link.ts'
import type { HttpParts } from './parts.ts'

const detectMs = 15_000

export function detectRoute(parts: HttpParts) {
  return api.links.detect.handler(async ({ input, signal }) => {
    const address = parseAddress(input.address)
    if (address === null) throw new Problem('request.invalid', { field: 'address', rule: 'an email address' })
    const channel = channelOf(parts, 'smtp')
    if (channel.detect === undefined) throw new Problem('link.kind-not-here', { kind: 'smtp' })
    const until = AbortSignal.any([AbortSignal.timeout(detectMs), ...(signal === undefined ? [] : [signal])])
    return channel.detect(address, until)
  })
}

export function smtpPresetRoutes() {
  return { list: api.smtpPresets.list.handler(() => ({ presets: [...smtpPresets] })) }
}
