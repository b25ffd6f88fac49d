import type { HostRule } from './host-rule.ts'
import { labelled } from './recipient-lines.ts'

export const trendmicro: HostRule = {
  name: 'hosts/trendmicro',
  system: 'Trend Micro InterScan',
  version: 'InterScan VirusWall NT, MSS',
  source: 'https://success.trendmicro.com',
  signs: [
    { from: 'interscan' },
    { text: 'unable to deliver message to <' },
    { text: 'message from interscan' },
    { text: 'sent <<< rcpt to' },
  ],
  layout: {
    kind: 'list',
    recipient: [labelled('unable to deliver message to'), labelled('.{0,40}rcpt to:')],
    end: ['end of message'],
  },
}
