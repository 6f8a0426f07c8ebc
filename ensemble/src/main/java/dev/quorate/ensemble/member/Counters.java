package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.DataTree;

/** What this process has done so far. */
final class Counters {
    long proposals;
    long commits;
    long sessionsExpired;
    long applyNs;

    Status.Work work(SnapshotTaker snapshots) {
        return new Status.Work(proposals, commits, snapshots.taken(), sessionsExpired, applyNs, snapshots.lastTookMs());
    }

    static Status.Tree of(DataTree tree) {
        return new Status.Tree(tree.lastZxid(), tree.digest(), tree.znodeCount(), tree.ephemeralCount(),
                tree.watchCount(), tree.approximateDataSize(), tree.sessionCount());
    }
}
