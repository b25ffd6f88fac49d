import type { HostRule } from './host-rule.ts'
import { bareThen, labelled } from './recipient-lines.ts'

export const earthlink: HostRule = {
  name: 'hosts/earthlink',
  system: 'EarthLink',
  version: '2003 and later',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'sorry, unable to deliver your message to' }],
  layout: {
    kind: 'list',
    recipient: [labelled('sorry, unable to deliver your message to'), bareThen],
    begin: ['sorry, unable to deliver'],
  },
}
