/**
 * The disk: log with group fsync, snapshots, epoch file, recovery. All of its input and output goes through the port
 * {@code Disk} and all of its work runs on the port {@code Exec}, so that the simulator runs this very code over a disk
 * of its own. It knows no transaction: what is logged and snapshotted are opaque bytes.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.ensemble.storage;
