package dev.quorate.ensemble.tree;

import dev.quorate.ensemble.zab.ConfigMember;
import java.util.List;

/**
 * A change of the members that was accepted and is not done yet. Replicated, so that the next leader goes on with it.
 *
 * @param zxid of the entry that asked for it: its name
 * @param origin where its outcome is awaited
 * @param seq the origin's number of that entry
 * @param level the level that is wanted
 * @param members those that are wanted; which disks they have is decided when the change begins
 */
public record PendingChange(long zxid, Origin origin, long seq, int level, List<ConfigMember> members) {}
