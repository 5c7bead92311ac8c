#!/bin/sh
# Runs the tests in the machine: all as root, those of the sandbox again as a user to whom a control group is
# delegated. `$1` is the directory that the host prepared; `tests` in it names the programs.
vm=$1
busybox=$vm/packages/bin/busybox
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
user=1000
groups=/sys/fs/cgroup

mount -t proc proc /proc
mount -t sysfs sys /sys
mkdir -p /dev/pts && mount -t devpts pts /dev/pts
mount -t cgroup2 groups $groups
mount -t tmpfs run /run
mount -t tmpfs -o mode=1777 tmp /tmp
$busybox ip link set lo up

# The kernel asks this program for the modules that it needs.
printf '#!/bin/sh\nexec %s modprobe "$@"\n' "$busybox" > /run/modprobe
chmod 755 /run/modprobe
echo /run/modprobe > /proc/sys/kernel/modprobe
# udev's part.
$busybox modprobe loop
$busybox modprobe tun && chmod 666 /dev/net/tun

# As systemd delegates: the user owns the group and what moves processes in it.
echo '+cpu +memory +pids' > $groups/cgroup.subtree_control
mkdir $groups/delegated
chown $user:$user $groups/delegated $groups/delegated/cgroup.procs $groups/delegated/cgroup.threads \
    $groups/delegated/cgroup.subtree_control
mkdir -p /run/user/$user && chown $user:$user /run/user/$user && chmod 700 /run/user/$user

echo "hob-vm: Linux $(uname -r), control groups: $(cat $groups/cgroup.controllers)"

# check NAME COMMAND...: runs the tests, and says the outcome in one line that the host understands.
check() {
    name=$1
    shift
    { timeout 600 "$@" 2>&1 < /dev/null; echo $? > /tmp/status; } | tee /tmp/log
    status=$(cat /tmp/status)
    if grep -q 'skipped, no isolation here' /tmp/log; then
        echo "hob-vm: FAILED $name: no isolation was possible"
    elif [ "$status" = 0 ]; then
        echo "hob-vm: passed $name: $(grep '^test result' /tmp/log | tail -n 1)"
    else
        echo "hob-vm: FAILED $name: status $status"
    fi
}

# Emulation is slow: more tests at a time would run into each other's deadlines.
run='--test-threads=2 --nocapture'
while read -r name program; do
    check "$name as root" "$program" $run
done < "$vm/tests"

program=$(sed -n 's/^sandbox //p' "$vm/tests")
delegated="echo \$\$ > $groups/delegated/cgroup.procs; export XDG_RUNTIME_DIR=/run/user/$user HOME=/tmp
    exec setpriv --reuid $user --regid $user --clear-groups $program $run"
check 'sandbox as a user with a delegated control group' sh -c "$delegated"

$busybox poweroff -f
