package dev.quorate.ensemble.tree;

/**
 * Something a session watches happened.
 *
 * @param zxid the entry that did it; −1 where ZooKeeper names none
 */
public record WatchEvent(long sessionId, EventType type, String path, long zxid) {}
