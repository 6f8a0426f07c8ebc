package dev.quorate.ensemble.zab;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A member of {@link TestNetwork}: a peer, a disk, and what a shell does with effects. */
final class TestMember {
    private static final int HISTORY_BATCH = 3;

    final int id;
    final MemoryDisk disk = new MemoryDisk();
    private final TestNetwork network;
    private final ArrayDeque<Runnable> whilePaused = new ArrayDeque<>();
    private @Nullable Peer peer;
    private long boot;
    private boolean diskBusy;
    /** The history as the peer has it, durable or not. */
    private List<Entry> history = new ArrayList<>();
    private @Nullable List<Entry> staged;
    private boolean switching;
    private boolean refilling;
    private long staging;
    /** How many entries of the history the tree has, and how many are known to be committed. */
    private int applied;
    private int committed;
    long pausedUntilMs;
    final List<Long> syncsReady = new ArrayList<>();
    final List<Long> activatedEpochs = new ArrayList<>();

    TestMember(int id, TestNetwork network) {
        this.id = id;
        this.network = network;
    }

    long incarnation() {
        return 1000L + id;
    }

    boolean isUp() {
        return peer != null;
    }

    boolean isPaused() {
        return network.nowMs() < pausedUntilMs;
    }

    PeerView view() {
        return running().view();
    }

    boolean freshQuorum() {
        return running().freshQuorum();
    }

    private Peer running() {
        if (peer == null) {
            throw new IllegalStateException("member " + id + " is down");
        }
        return peer;
    }

    List<Entry> committedEntries() {
        return history.subList(0, committed);
    }

    PeerInfo info() {
        return new PeerInfo(incarnation(), boot, !disk.recovered().founding().isEmpty(), 1);
    }

    void start() {
        boot++;
        history = new ArrayList<>(disk.intact());
        refilling = false;
        applied = history.size();
        committed = 0;
        staged = null;
        switching = false;
        Peer started = new Peer(
                network.settings(id, incarnation()), network.founders(), disk.recovered(), List.of(),
                network::randomLong);
        peer = started;
        perform(started.start(network.nowMs()));
    }

    void crash() {
        peer = null;
        whilePaused.clear();
        disk.crash();
        diskBusy = false;
    }

    void resume() {
        while (peer != null && !whilePaused.isEmpty() && !isPaused()) {
            whilePaused.remove().run();
        }
    }

    void deliver(Event event) {
        if (peer == null) {
            return;
        }
        if (!isPaused() || !(event instanceof Event.Tick)) {
            awake(() -> step(event));
        }
    }

    private void step(Event event) {
        if (peer != null) {
            perform(peer.step(event, network.nowMs()));
        }
    }

    /** What reaches a member that is paused waits, in order, until it runs again. */
    private void awake(Runnable what) {
        if (isPaused()) {
            whilePaused.add(what);
            return;
        }
        resume();
        what.run();
    }

    private void perform(List<Effect> effects) {
        for (Effect effect : effects) {
            network.trace(id, effect);
            perform(effect);
        }
        runDisk();
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Send e -> network.send(id, e.peer(), e.link(), e.message());
            case Effect.Append e -> {
                (staged != null ? staged : history).addAll(e.entries());
                disk.perform(e, this::deliver);
            }
            case Effect.SaveEpochs e -> {
                switching = staged != null;
                boolean refilled = switching && refilling;
                disk.perform(e, event -> {
                    if (refilled && staged != null) {
                        loadAgain(staged);
                    }
                    deliver(event);
                });
            }
            case Effect.Refill e -> {
                refilling = true;
                staged = new ArrayList<>(history.subList(0, indexAfter(e.afterZxid())));
                disk.perform(e, this::deliver);
            }
            case Effect.Fill e -> disk.perform(e, event -> {
                if (event instanceof Event.Repaired) {
                    loadAgain(new ArrayList<>(disk.log()));
                }
                deliver(event);
            });
            case Effect.SendRecords e -> network.later(1, () -> network.send(id, e.peer(), e.link(),
                    new Message.Records(e.afterZxid(), disk.records(e.afterZxid(), e.toZxid()))));
            case Effect.Truncate e -> {
                history.removeIf(entry -> entry.zxid() > e.zxid());
                applied = Math.min(applied, history.size());
                disk.perform(e, this::deliver);
            }
            case Effect.Fence e -> {
                staged = switching ? staged : null;
                refilling &= switching;
                staging = -1;
                disk.perform(e, this::deliver);
            }
            case Effect.SaveFounding e -> disk.perform(e, this::deliver);
            case Effect.Commit e -> commit(e);
            case Effect.SendHistory e -> sendHistory(e);
            case Effect.SendSnapshot e -> network.sendSnapshot(id, e.peer(), e.link(), snapshot());
            case Effect.StageSnapshot e -> {
                staged = null;
                staging = e.generation();
            }
            case Effect.Installed e -> install(e.zxid());
            case Effect.ConfigurationChanged unused -> {
            }
            case Effect.Disconnect e -> network.disconnect(id, e.peer(), e.link());
            case Effect.RoleChanged e -> network.roleChanged(id, e.view());
            case Effect.Activated e -> {
                activatedEpochs.add(e.epoch());
                network.activated(id, e.epoch());
            }
            case Effect.SyncReady e -> syncsReady.add(e.token());
        }
    }

    /** The disk holds another history than before. */
    private void loadAgain(List<Entry> now) {
        history = now;
        applied = disk.log().size();
        staged = null;
        switching = false;
        refilling = false;
    }

    private void install(long zxid) {
        if (staged == null) {
            throw new IllegalStateException("nothing is staged");
        }
        history = staged;
        staged = null;
        switching = false;
        Context.check(indexAfter(zxid) > 0 || zxid == Zxid.NONE, "another snapshot was staged");
        // What follows the snapshot went to the staged tree as it came.
        applied = history.size();
    }

    private int indexAfter(long zxid) {
        int index = history.size();
        while (index > 0 && history.get(index - 1).zxid() > zxid) {
            index--;
        }
        return index;
    }

    private void commit(Effect.Commit commit) {
        int to = indexAfter(commit.zxid());
        Context.check(to > 0 && history.get(to - 1).zxid() == commit.zxid(), "a commit of what is not there");
        List<Entry> news = to > applied ? history.subList(applied, to) : List.of();
        long appliedZxid = applied == 0 ? Zxid.NONE : history.get(applied - 1).zxid();
        List<Entry> listed = commit.entries().stream().filter(entry -> entry.zxid() > appliedZxid).toList();
        Context.check(listed.equals(news), "applied " + listed + " instead of " + news);
        applied = Math.max(applied, to);
        committed = to;
        network.committed(this);
    }

    private void sendHistory(Effect.SendHistory e) {
        if (e.afterZxid() < disk.floorZxid()) {
            network.later(1, () -> deliver(new Event.HistoryGone(e.peer(), e.link())));
            return;
        }
        List<Entry> entries = disk.log().stream()
                .filter(entry -> entry.zxid() > e.afterZxid() && entry.zxid() <= e.toZxid()).toList();
        network.later(2, () -> {
            for (int i = 0; i < entries.size(); i += HISTORY_BATCH) {
                List<Entry> batch = entries.subList(i, Math.min(i + HISTORY_BATCH, entries.size()));
                network.send(id, e.peer(), e.link(), new Message.Propose(e.epoch(), batch));
            }
            deliver(new Event.HistorySent(e.peer(), e.link(), e.toZxid()));
        });
    }

    /** What a snapshot holds: all that is committed and durable, and at least what the log does not have. */
    private List<Entry> snapshot() {
        long zxid = Math.max(disk.floorZxid(), Math.min(view().committedZxid(), disk.lastZxid()));
        return disk.log().stream().filter(entry -> entry.zxid() <= zxid).toList();
    }

    /** A snapshot has come in on the leader's link; the staged history begins with it once the disk has it. */
    void snapshotArrived(List<Entry> snapshot) {
        awake(() -> stage(snapshot));
    }

    private void stage(List<Entry> snapshot) {
        long generation = staging;
        disk.stage(generation, snapshot, event -> {
            staged = staging == generation ? new ArrayList<>(snapshot) : staged;
            deliver(event);
        });
        runDisk();
    }

    void handOver() {
        deliver(new Event.HandOver());
    }

    void purge() {
        long zxid = Math.min(view().committedZxid(), disk.lastZxid());
        if (zxid > disk.floorZxid()) {
            disk.purgeTo(zxid);
            deliver(new Event.FloorRaised(zxid));
        }
    }

    private void runDisk() {
        if (!diskBusy && disk.isBusy()) {
            diskBusy = true;
            long boots = boot;
            network.later(network.diskMs(), () -> {
                if (boots == boot && isUp()) {
                    diskBusy = false;
                    disk.carryOutOne();
                    runDisk();
                }
            });
        }
    }
}
