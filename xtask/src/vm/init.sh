#!/bin/busybox sh
# The first program in the machine: shows it the host's files, writable in memory only, and goes on there.
busybox=/bin/busybox
$busybox mkdir -p /proc /sys /dev /host /writes /root
$busybox mount -t proc proc /proc
$busybox mount -t sysfs sys /sys
$busybox mount -t devtmpfs dev /dev
for module in virtio_pci 9pnet_virtio 9p overlay; do
    $busybox modprobe "$module" || echo "hob-vm: the module $module is missing"
done
$busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=loose,ro host /host
$busybox mount -t tmpfs writes /writes
$busybox mkdir -p /writes/upper /writes/work
$busybox mount -t overlay -o lowerdir=/host,upperdir=/writes/upper,workdir=/writes/work root /root
# `hob.vm=<directory>` on the kernel's command line.
for word in $($busybox cat /proc/cmdline); do
    case $word in hob.vm=*) vm=${word#hob.vm=} ;; esac
done
$busybox mkdir -p /root/usr/lib/modules
$busybox mount --bind "/host$vm/packages/lib/modules" /root/usr/lib/modules
$busybox umount /proc
$busybox umount /sys
$busybox mount --move /dev /root/dev
exec $busybox switch_root /root /bin/sh "$vm/suite.sh" "$vm"
