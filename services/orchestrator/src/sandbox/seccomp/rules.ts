import type { Syscall } from './syscall-numbers.ts'

/** A condition on one argument, of which the kernel reads the low 32 bits alone. */
export type Condition =
  | { readonly argument: number; readonly hasAnyOf: number }
  | { readonly argument: number; readonly isAnyOf: readonly number[] }
  | { readonly argument: number; readonly isNoneOf: readonly number[] }

/** What is refused, with which error; where conditions are given, when all of them hold. */
export type Rule = {
  readonly calls: readonly Syscall[]
  readonly error: 'EPERM' | 'ENOSYS'
  readonly when?: readonly Condition[]
}

const setIdBits = 0o6000
/** O_CREAT and the bit by which O_TMPFILE differs from O_DIRECTORY: without them no mode is given. */
const createFlags = 0o100 | 0o20_000_000
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET of sched.h. */
const namespaceFlags = 0x7e02_0000
/** Both push input into somebody's terminal. */
const [TIOCSTI, TIOCLINUX] = [0x5412, 0x541c]
/** To the host of a virtual machine, past every namespace of networks; and to the kernel's ciphers. */
const [AF_VSOCK, AF_ALG] = [40, 38]
/** PER_LINUX and PER_LINUX32, both also with the old version's name, and the question which one it is. */
const usualPersonalities = [0x0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff]

const modeAt = (argument: number): readonly Condition[] => [{ argument, hasAnyOf: setIdBits }]
const createdWith = (flags: number, mode: number): readonly Condition[] => [
  { argument: flags, hasAnyOf: createFlags },
  ...modeAt(mode),
]

/** Programs that build and test software work without all of these; what breaks out of containers mostly began with one. */
export const rules: readonly Rule[] = [
  // Mounts.
  { calls: ['mount', 'umount2', 'pivot_root', 'chroot', 'move_mount', 'open_tree', 'open_tree_attr'], error: 'EPERM' },
  { calls: ['fsopen', 'fsconfig', 'fsmount', 'fspick', 'mount_setattr'], error: 'EPERM' },
  // Namespaces. What a structure in memory says cannot be looked at: programs fall back to the older call.
  { calls: ['unshare', 'setns'], error: 'EPERM' },
  { calls: ['clone'], error: 'EPERM', when: [{ argument: 0, hasAnyOf: namespaceFlags }] },
  { calls: ['clone3'], error: 'ENOSYS' },
  // Other processes' memory and files.
  { calls: ['ptrace', 'process_vm_readv', 'process_vm_writev', 'pidfd_getfd', 'kcmp'], error: 'EPERM' },
  // The kernel's own machinery, with most of its faults.
  { calls: ['bpf', 'userfaultfd', 'perf_event_open', 'fanotify_init'], error: 'EPERM' },
  { calls: ['io_uring_setup', 'io_uring_enter', 'io_uring_register'], error: 'ENOSYS' },
  { calls: ['keyctl', 'add_key', 'request_key'], error: 'EPERM' },
  { calls: ['open_by_handle_at', 'name_to_handle_at', 'lookup_dcookie'], error: 'EPERM' },
  { calls: ['kexec_load', 'kexec_file_load', 'init_module', 'finit_module', 'delete_module'], error: 'EPERM' },
  { calls: ['create_module', 'get_kernel_syms', 'query_module', 'nfsservctl', '_sysctl'], error: 'EPERM' },
  { calls: ['acct', 'quotactl', 'quotactl_fd', 'swapon', 'swapoff', 'reboot', 'syslog', 'vhangup'], error: 'EPERM' },
  { calls: ['sysfs', 'uselib', 'ustat', 'sethostname', 'setdomainname'], error: 'EPERM' },
  { calls: ['iopl', 'ioperm', 'modify_ldt'], error: 'EPERM' },
  { calls: ['mbind', 'set_mempolicy', 'set_mempolicy_home_node', 'get_mempolicy'], error: 'EPERM' },
  { calls: ['migrate_pages', 'move_pages'], error: 'EPERM' },
  { calls: ['personality'], error: 'EPERM', when: [{ argument: 0, isNoneOf: usualPersonalities }] },
  // Ways out that having no network does not close.
  { calls: ['socket'], error: 'EPERM', when: [{ argument: 0, isAnyOf: [AF_VSOCK, AF_ALG] }] },
  // Input that is typed by a program.
  { calls: ['ioctl'], error: 'EPERM', when: [{ argument: 1, isAnyOf: [TIOCSTI, TIOCLINUX] }] },
  // Files with setuid or setgid.
  { calls: ['chmod', 'fchmod', 'creat', 'mknod'], error: 'EPERM', when: modeAt(1) },
  { calls: ['fchmodat', 'fchmodat2', 'mknodat'], error: 'EPERM', when: modeAt(2) },
  { calls: ['open'], error: 'EPERM', when: createdWith(1, 2) },
  { calls: ['openat'], error: 'EPERM', when: createdWith(2, 3) },
  { calls: ['openat2'], error: 'ENOSYS' },
]
