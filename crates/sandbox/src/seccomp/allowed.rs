//! The lists. Each group says who needs it.

use libc::*;

#[rustfmt::skip]
pub(super) const SYSTEM_CALLS: &[(&str, &[i64])] = &[
    ("every program: start, end, memory", &[
        SYS_execve, SYS_execveat, SYS_exit, SYS_exit_group, SYS_brk, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect,
        SYS_madvise, SYS_msync, SYS_mincore, SYS_mlock, SYS_mlock2, SYS_munlock, SYS_mlockall, SYS_munlockall,
        SYS_membarrier, SYS_rseq, SYS_getrandom, SYS_memfd_create,
    ]),
    ("V8: memory protection keys and code space", &[
        SYS_pkey_mprotect, SYS_pkey_alloc, SYS_pkey_free,
    ]),
    ("every program: files by descriptor", &[
        SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_preadv, SYS_pwritev, SYS_preadv2,
        SYS_pwritev2, SYS_lseek, SYS_close, SYS_close_range, SYS_dup, SYS_dup3, SYS_fcntl, SYS_flock, SYS_fsync,
        SYS_fdatasync, SYS_sync_file_range, SYS_syncfs, SYS_ftruncate, SYS_fallocate, SYS_fadvise64, SYS_readahead,
        SYS_sendfile, SYS_splice, SYS_tee, SYS_vmsplice, SYS_copy_file_range, SYS_ioctl, SYS_fstat, SYS_fstatfs,
        SYS_getdents64, SYS_fchmod, SYS_fchown, SYS_fchdir, SYS_fsetxattr, SYS_fgetxattr, SYS_flistxattr,
        SYS_fremovexattr,
    ]),
    ("every program: files by name", &[
        SYS_openat, SYS_openat2, SYS_newfstatat, SYS_statx, SYS_statfs, SYS_faccessat, SYS_faccessat2, SYS_readlinkat,
        SYS_mkdirat, SYS_mknodat, SYS_unlinkat, SYS_renameat, SYS_renameat2, SYS_linkat, SYS_symlinkat, SYS_fchmodat,
        SYS_fchownat, SYS_utimensat, SYS_truncate, SYS_chdir, SYS_getcwd, SYS_umask, SYS_setxattr, SYS_lsetxattr,
        SYS_getxattr, SYS_lgetxattr, SYS_listxattr, SYS_llistxattr, SYS_removexattr, SYS_lremovexattr, SYS_sync,
        // glibc's chmod of a symbolic link; absent from older headers.
        452,
    ]),
    ("libuv, JDK: watching files", &[
        SYS_inotify_init1, SYS_inotify_add_watch, SYS_inotify_rm_watch,
    ]),
    ("every program: threads and locks", &[
        SYS_clone, SYS_set_tid_address, SYS_set_robust_list, SYS_get_robust_list, SYS_futex, SYS_futex_waitv,
        SYS_sched_yield, SYS_gettid, SYS_getcpu, SYS_sched_getaffinity, SYS_sched_setaffinity,
        SYS_sched_getparam, SYS_sched_setparam, SYS_sched_getscheduler, SYS_sched_setscheduler,
        SYS_sched_get_priority_max, SYS_sched_get_priority_min, SYS_sched_rr_get_interval, SYS_sched_getattr,
        SYS_sched_setattr, SYS_getpriority, SYS_setpriority, SYS_ioprio_get, SYS_ioprio_set,
    ]),
    ("namespaces are refused elsewhere; Go and the JDK unshare their file table", &[
        SYS_unshare,
    ]),
    ("shells, subprocess modules: processes", &[
        SYS_wait4, SYS_waitid, SYS_kill, SYS_tkill, SYS_tgkill, SYS_pidfd_open, SYS_pidfd_send_signal, SYS_getpid,
        SYS_getppid, SYS_getpgid, SYS_setpgid, SYS_getsid, SYS_setsid, SYS_prctl, SYS_personality, SYS_times,
        SYS_getrusage, SYS_prlimit64, SYS_getrlimit, SYS_setrlimit, SYS_uname, SYS_sysinfo, SYS_capget, SYS_capset,
        SYS_kcmp, SYS_get_mempolicy, SYS_set_mempolicy, SYS_mbind,
    ]),
    ("every program: users and groups", &[
        SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getresuid, SYS_getresgid, SYS_getgroups, SYS_setuid,
        SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid, SYS_setresgid, SYS_setgroups, SYS_setfsuid,
        SYS_setfsgid,
    ]),
    ("every program: signals", &[
        SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigsuspend, SYS_rt_sigpending,
        SYS_rt_sigtimedwait, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_sigaltstack, SYS_signalfd4,
        SYS_restart_syscall,
    ]),
    ("every program: time", &[
        SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_getitimer,
        SYS_setitimer, SYS_timer_create, SYS_timer_settime, SYS_timer_gettime, SYS_timer_getoverrun, SYS_timer_delete,
        SYS_timerfd_create, SYS_timerfd_settime, SYS_timerfd_gettime,
    ]),
    ("event loops", &[
        SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait, SYS_epoll_pwait2, SYS_eventfd2, SYS_ppoll, SYS_pselect6,
        SYS_pipe2,
    ]),
    ("every program: sockets", &[
        SYS_socket, SYS_socketpair, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, SYS_connect, SYS_shutdown,
        SYS_sendto, SYS_sendmsg, SYS_sendmmsg, SYS_recvfrom, SYS_recvmsg, SYS_recvmmsg, SYS_getsockname,
        SYS_getpeername, SYS_getsockopt, SYS_setsockopt,
    ]),
    ("databases, multiprocessing: System V and POSIX interprocess communication", &[
        SYS_shmget, SYS_shmat, SYS_shmdt, SYS_shmctl, SYS_semget, SYS_semop, SYS_semctl, SYS_semtimedop, SYS_msgget,
        SYS_msgsnd, SYS_msgrcv, SYS_msgctl, SYS_mq_open, SYS_mq_unlink, SYS_mq_timedsend, SYS_mq_timedreceive,
        SYS_mq_notify, SYS_mq_getsetattr,
    ]),
    ("programs that confine themselves further", &[
        SYS_seccomp, SYS_landlock_create_ruleset, SYS_landlock_add_rule, SYS_landlock_restrict_self,
    ]),
    #[cfg(target_arch = "x86_64")]
    ("libraries older than the *at calls, and glibc itself on x86-64", &[
        SYS_arch_prctl, SYS_open, SYS_creat, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_mkdir, SYS_rmdir,
        SYS_mknod, SYS_unlink, SYS_rename, SYS_link, SYS_symlink, SYS_chmod, SYS_chown, SYS_lchown, SYS_utime,
        SYS_utimes, SYS_futimesat, SYS_getdents, SYS_dup2, SYS_pipe, SYS_poll, SYS_select, SYS_epoll_create,
        SYS_epoll_wait, SYS_eventfd, SYS_signalfd, SYS_inotify_init, SYS_fork, SYS_vfork, SYS_getpgrp, SYS_alarm,
        SYS_pause, SYS_time,
    ]),
];

/// What only an administrator may do on an ordinary machine, so that programs expect to be refused.
#[rustfmt::skip]
pub(super) const REFUSED: &[i64] = &[
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_open_tree, SYS_move_mount, SYS_fsopen,
    SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_mount_setattr, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
    SYS_process_madvise, SYS_pidfd_getfd, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_add_key, SYS_request_key,
    SYS_keyctl, SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_reboot, SYS_swapon,
    SYS_swapoff, SYS_sethostname, SYS_setdomainname, SYS_syslog, SYS_quotactl, SYS_open_by_handle_at,
    SYS_name_to_handle_at, SYS_fanotify_init, SYS_clock_settime, SYS_clock_adjtime, SYS_adjtimex, SYS_settimeofday,
    SYS_vhangup, SYS_acct, SYS_migrate_pages, SYS_move_pages, SYS_lookup_dcookie, SYS_nfsservctl,
];
