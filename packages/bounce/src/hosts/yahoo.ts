import type { HostRule } from './host-rule.ts'
import { bracketThen } from './recipient-lines.ts'

export const yahoo: HostRule = {
  name: 'hosts/yahoo',
  system: 'Yahoo Mail',
  version: '2005 and later',
  source: 'observed in public collections of returned mail',
  signs: [
    { text: 'unable to deliver message to the following address' },
    { text: 'sorry, we were unable to deliver your message to the following address' },
  ],
  layout: {
    kind: 'list',
    recipient: [bracketThen],
    begin: ['the following address'],
    end: ['--- below this line', '--- headers of the original'],
  },
}
