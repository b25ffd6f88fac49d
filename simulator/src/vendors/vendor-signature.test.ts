import { authenticate } from 'mailauth'
import { expect, test } from 'vitest'
import { Zone } from '../zone/zone.ts'
import { signAsVendor } from './vendor-signature.ts'

test.each(['gmail.com', 'acme.example'])(
  'what a vendor hands on for %s is signed and passes where it comes from',
  async domain => {
    const zone = new Zone('127.0.0.1')
    const raw = Buffer.from(`From: Ines <ines@${domain}>\r\nTo: x@y.example\r\nSubject: Öl\r\n\r\nHello\r\n`)
    const signed = await signAsVendor(raw, domain, zone)
    expect(signed.subarray(-raw.length)).toEqual(raw)
    const judged = await authenticate(signed, {
      ...{ ip: '127.0.0.1', helo: 'mail-ed1-f69.google.com', sender: `ines@${domain}`, disableBimi: true },
      resolver: async (name, type) => {
        const { records } = zone.resolve(name, type)
        if (records.length === 0) throw Object.assign(new Error('none'), { code: 'ENODATA' })
        return records.map(({ data }) => data as string[])
      },
    })
    expect(judged.dkim.results.map(one => [one.signingDomain, one.status.result])).toEqual([[domain, 'pass']])
    const dmarc = domain === 'gmail.com' ? 'pass' : 'none'
    expect([judged.spf && judged.spf.status.result, judged.dmarc && judged.dmarc.status.result]).toEqual([
      'pass',
      dmarc,
    ])
  },
)
