import { PlainError } from '../plain-error.ts'

/** What initdb and postgres print, and what an operator can do about it. First match counts. */
const explanations: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/i, 'The disk is full. Make room where FAIRLEAD_DATA lies and start again.'],
  [/Disk quota exceeded/i, 'The disk quota is used up. Make room where FAIRLEAD_DATA lies and start again.'],
  [
    /database files are incompatible with server|is not compatible with this version/i,
    'The data was written by another version of PostgreSQL. Dump it with that version, or point FAIRLEAD_DATABASE_URL at a server of that version.',
  ],
  [
    /has (wrong|invalid) (ownership|permissions)|Permissions should be|must be owned|not owned/i,
    'The database folder has another owner or other permissions than the server expects. It must belong to the user the server runs as, with mode 0700.',
  ],
  [
    /could not look up effective user ID (\d+)/i,
    'The user id that Fairlead runs as has no line in /etc/passwd, which PostgreSQL needs. Add one, or run as a user who has.',
  ],
  [
    /could not create any Unix-domain sockets|could not create lock file.*\.s\.PGSQL/i,
    'The database socket cannot be made: another server uses the same folder, or the folder may not be written.',
  ],
  [
    /lock file "postmaster\.pid" already exists|pre-existing shared memory block/i,
    'Another PostgreSQL still runs on this data and does not answer. Stop it (its number is the first line of postmaster.pid) and start again.',
  ],
  [
    /could not (map|create|resize) (anonymous )?shared memory|could not create semaphores|Cannot allocate memory/i,
    'There is not enough memory, or the limits on shared memory and semaphores are too low for the database.',
  ],
  [
    /could not locate a valid checkpoint record|invalid (primary )?checkpoint record|PANIC/i,
    'The database files are damaged. Put FAIRLEAD_DATA back from your backup; do not delete anything before you have a copy.',
  ],
  [/Permission denied/i, 'The database folder may not be read or written by the user the server runs as.'],
  [/Read-only file system/i, 'FAIRLEAD_DATA lies on a read-only file system.'],
  [
    /error while loading shared libraries/i,
    'The built-in PostgreSQL cannot run here: it needs glibc (Debian, Ubuntu, Fedora …; not Alpine). Set FAIRLEAD_DATABASE_URL instead.',
  ],
]

/** Starting trouble that goes away by itself: the killed server's last children, or another process's server. */
export function isPassing(output: string): boolean {
  return /pre-existing shared memory block|lock file .* already exists|could not create any Unix-domain/i.test(
    output,
  )
}

/** One plain sentence, and under it the server's own last words. */
export function explainStartFailure(output: string, where: string): PlainError {
  const known = explanations.find(([pattern]) => pattern.test(output))?.[1]
  const words = output
    .trim()
    .split('\n')
    .filter(line => /FATAL|ERROR|PANIC|DETAIL|HINT|error:|could not/i.test(line))
    .slice(-4)
    .map(line => `  ${line.trim()}`)
  const sentence = known ?? 'It gave no reason that Fairlead knows.'
  return new PlainError(
    [`The built-in database in ${where} does not start. ${sentence}`, ...words].join('\n'),
  )
}
