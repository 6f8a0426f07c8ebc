package dev.quorate.sim;

/**
 * Mean time between two faults of each kind, in virtual milliseconds; 0 for never.
 *
 * @param killMs a process ends, its disk keeps everything
 * @param powerMs a member loses its power and what was not durable
 * @param blackoutMs all members lose their power at once
 * @param pauseMs a process stands still for a while
 * @param partitionMs the network is cut
 * @param oneWay whether cuts may be in one direction only
 * @param clogMs a direction between two members is late for a while
 * @param resetMs a connection breaks
 * @param stallMs the log's stage of a member stands still
 * @param slowDiskMs a disk becomes slow for a while
 * @param wallClockMs somebody sets a wall clock
 */
public record FaultOptions(
        long killMs,
        long powerMs,
        long blackoutMs,
        long pauseMs,
        long partitionMs,
        boolean oneWay,
        long clogMs,
        long resetMs,
        long stallMs,
        long slowDiskMs,
        long wallClockMs) {}
