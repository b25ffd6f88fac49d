/**
 * Mails a second on one core, parse only, beside postal-mime alone on the same files in the same run:
 * `node packages/bounce/bench/speed.ts [folder]`. The two take turns; the best round of each counts.
 */
import { readdirSync, readFileSync } from 'node:fs'
import PostalMime from 'postal-mime'
import { readReturnedMail } from '../src/index.ts'

const folder = process.argv[2] ?? new URL('../corpus/public/', import.meta.url).pathname
const mails = readdirSync(folder)
  .filter(name => name.endsWith('.eml'))
  .map(name => readFileSync(`${folder}/${name}`))

const rounds = 12
const best = { ours: 0, 'postal-mime': 0 }

for (let round = 0; round < rounds; round++) {
  let from = performance.now()
  for (const mail of mails) readReturnedMail(mail)
  best.ours = Math.max(best.ours, (1000 * mails.length) / (performance.now() - from))
  from = performance.now()
  for (const mail of mails) await PostalMime.parse(mail)
  best['postal-mime'] = Math.max(best['postal-mime'], (1000 * mails.length) / (performance.now() - from))
}

const line = Buffer.from(`${'x'.repeat(75)}\n`)
const large = Buffer.concat([mails[0] ?? Buffer.alloc(0), Buffer.alloc(2_000_000, line)])
let longest = 0
for (let round = 0; round < 5; round++) {
  const from = performance.now()
  readReturnedMail(large)
  longest = Math.max(longest, performance.now() - from)
}

console.log(`ours         ${best.ours.toFixed(0)} mails/s`)
console.log(`postal-mime  ${best['postal-mime'].toFixed(0)} mails/s alone`)
console.log(`ratio        ${(best.ours / best['postal-mime']).toFixed(2)}`)
console.log(`a 2 MB mail  ${longest.toFixed(1)} ms (worst of 5)`)
