/**
 * Which suites run where: `npm test` runs all that npm alone can run; a suite around a real server of Debian's
 * runs where that server is installed and is otherwise named at the end of the run (scripts/not-run-here.ts).
 * `.ci/run` sets FAIRLEAD_TEST_ALL=1: then a missing program fails the suite instead of leaving it out.
 */
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** The programs that suites may ask for, each with the Debian package that brings it. */
const programs = {
  postfix: { file: 'postfix', package: 'postfix', root: true },
  'smtp-sink': { file: 'smtp-sink', package: 'postfix', root: false },
  dovecot: { file: 'dovecot', package: 'dovecot-core', root: true },
  bind: { file: 'named', package: 'bind9', root: false },
  unbound: { file: 'unbound', package: 'unbound', root: true },
  opendkim: { file: 'opendkim', package: 'opendkim', root: false },
  opendmarc: { file: 'opendmarc', package: 'opendmarc', root: true },
  'policyd-spf': { file: 'policyd-spf', package: 'postfix-policyd-spf-python', root: false },
  dkimpy: { file: 'dkimverify', package: 'python3-dkim', root: false },
  chromium: { file: 'chromium', package: 'chromium', root: false },
  pgbouncer: { file: 'pgbouncer', package: 'pgbouncer', root: false },
  'postgresql-15': { file: '/usr/lib/postgresql/15/bin/postgres', package: 'postgresql-15', root: false },
} as const satisfies Record<string, { file: string; package: string; root: boolean }>

export type Program = keyof typeof programs

/**
 * For `describe.runIf(has('postfix', 'bind'))`: can this suite run here? Postfix's master starts as root
 * only, Dovecot's mail is another user's, and unbound answers on port 53.
 * Throws, with FAIRLEAD_TEST_ALL=1, an error that names what is missing, which fails the file that asked.
 */
export function has(...wanted: readonly Program[]): boolean {
  const absent = wanted.filter(isMissing)
  if (absent.length > 0 && process.env.FAIRLEAD_TEST_ALL === '1') {
    const packages = absent.map(program => programs[program].package).join(' ')
    throw new Error(
      `FAIRLEAD_TEST_ALL=1, but ${absent.join(', ')} cannot run here: install ${packages}, as root`,
    )
  }
  return absent.length === 0
}

/** Ports below 1024, such as that of HTTPS, are root's. */
export const hasLowPorts = process.getuid?.() === 0

/** Absolute path of the program; for starting it. Throws where `has` would have said no. */
export function pathOf(program: Program): string {
  const path = findFile(programs[program].file)
  if (!path) throw new Error(`${program} is not installed: Debian package ${programs[program].package}`)
  return path
}

/** All programs that no suite can use here; for the line "not run". */
export function missingPrograms(): Program[] {
  return (Object.keys(programs) as Program[]).filter(isMissing)
}

function isMissing(program: Program): boolean {
  const { file, root } = programs[program]
  return (root && process.getuid?.() !== 0) || findFile(file) === null
}

/** Servers live in sbin, which an ordinary user's PATH does not name. */
function findFile(file: string): string | null {
  if (file.startsWith('/')) return isExecutable(file) ? file : null
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin']
  return folders.map(folder => join(folder, file)).find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
