package dev.quorate.ensemble.tree;

/**
 * A znode's facts as ZooKeeper shows them.
 *
 * @param czxid zxid of its creation
 * @param mzxid zxid of the last change of its data
 * @param ctimeMs time of its creation, milliseconds since 1970
 * @param mtimeMs time of the last change of its data
 * @param version changes of its data
 * @param cversion changes of its children: twice the children ever created less those that are there
 * @param aversion changes of its access list
 * @param ephemeralOwner its session, 0 when it is not ephemeral
 * @param dataLength bytes of data
 * @param numChildren children that are there
 * @param pzxid zxid of the last creation or deletion of a child
 */
public record Stat(long czxid, long mzxid, long ctimeMs, long mtimeMs, int version, int cversion, int aversion,
        long ephemeralOwner, int dataLength, int numChildren, long pzxid) {}
